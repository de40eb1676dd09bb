"""Line recogniser for printed Latin script: text, drawing, degradation, network, training, export."""
