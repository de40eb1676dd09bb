"""Trains language.onnx: a linear model over hashed letter pairs. Needs `pip install numpy onnx`."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

BUCKETS = 512
SAMPLES = {
    "de": """Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen
        begabt und sollen einander im Geiste der Brüderlichkeit begegnen. Jeder hat das Recht auf Leben, Freiheit
        und Sicherheit der Person. Niemand darf in Sklaverei oder Leibeigenschaft gehalten werden. Bitte
        überweisen Sie den Betrag innerhalb von vierzehn Tagen auf unser Konto. Die Rechnung ist sofort fällig.
        Guten Tag, wie geht es Ihnen? Was kostet das Mittagessen heute? Wo ist der Bahnhof, und wann fährt
        der nächste Zug nach Hause? Ich habe keine Zeit, aber morgen komme ich wieder. Vielen Dank für Ihre
        Hilfe.""",
    "en": """All human beings are born free and equal in dignity and rights. They are endowed with reason and
        conscience and should act towards one another in a spirit of brotherhood. Everyone has the right to life,
        liberty and security of person. No one shall be held in slavery or servitude. Please pay the amount within
        fourteen days to our bank account. The invoice is due on receipt and must be kept for your records.
        Good morning, how are you? How much is lunch today? Where is the station, and when does the next
        train leave for home? I have no time, but I will come back tomorrow. Thank you very much for your
        help.""",
    "es": """Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y
        conciencia, deben comportarse fraternalmente los unos con los otros. Todo individuo tiene derecho a la vida,
        a la libertad y a la seguridad de su persona. Nadie estará sometido a esclavitud ni a servidumbre. Por favor
        pague el importe en un plazo de catorce días a nuestra cuenta bancaria. La factura vence hoy.
        Buenos días, ¿cómo está usted? ¿Cuánto cuesta el almuerzo de hoy? ¿Dónde está la estación y cuándo
        sale el próximo tren? No tengo tiempo, pero mañana vuelvo. Muchas gracias por su ayuda, señor.""",
    "fr": """Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de
        conscience et doivent agir les uns envers les autres dans un esprit de fraternité. Tout individu a droit à
        la vie, à la liberté et à la sûreté de sa personne. Nul ne sera tenu en esclavage ni en servitude. Veuillez
        régler le montant dans un délai de quatorze jours sur notre compte. La facture est due dès réception.
        Bonjour, comment allez-vous ? Combien coûte le déjeuner aujourd'hui ? Où est la gare, et quand part
        le prochain train pour la maison ? Je n'ai pas le temps, mais je reviens demain. Merci beaucoup de
        votre aide.""",
    "pt": """Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de
        consciência, devem agir uns para com os outros em espírito de fraternidade. Todo indivíduo tem direito à
        vida, à liberdade e à segurança pessoal. Ninguém será mantido em escravidão ou em servidão. Por favor pague
        o valor em até catorze dias na nossa conta bancária. A nota fiscal vence hoje e deve ser guardada.
        Bom dia, como vai você? Quanto custa o almoço de hoje? Onde fica a estação e quando sai o próximo
        trem para casa? Não tenho tempo, mas amanhã eu volto. Muito obrigado pela sua ajuda, senhor. A
        marmita não é cara.""",
}


def features(text):
    """Must agree with LanguageService.features."""
    counts = np.zeros(BUCKETS, np.float32)
    text = " " + " ".join(text.lower().split()) + " "
    for a, b in zip(text, text[1:]):
        counts[(ord(a) * 31 + ord(b)) % BUCKETS] += 1
    return counts / max(1.0, float(np.linalg.norm(counts)))


languages = sorted(SAMPLES)
rows, labels = [], []
for label, language in enumerate(languages):
    words = SAMPLES[language].split()
    for size in (3, 5, 8, 14):
        for start in range(0, len(words) - size + 1, 2):
            rows.append(features(" ".join(words[start : start + size])))
            labels.append(label)
x, y = np.array(rows), np.eye(len(languages), dtype=np.float32)[labels]
weights, bias = np.zeros((BUCKETS, len(languages)), np.float32), np.zeros(len(languages), np.float32)
for _ in range(600):
    scores = np.exp(x @ weights + bias)
    gradient = (scores / scores.sum(axis=1, keepdims=True) - y) / len(x)
    weights -= 40 * (x.T @ gradient + 1e-5 * weights)
    bias -= 40 * gradient.sum(axis=0)

graph = helper.make_graph(
    [
        helper.make_node("MatMul", ["features", "weights"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ],
    "language",
    [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["batch", BUCKETS])],
    [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ["batch", len(languages)])],
    [
        numpy_helper.from_array(weights.astype(np.float32), "weights"),
        numpy_helper.from_array(bias.astype(np.float32), "bias"),
    ],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
model.metadata_props.add(key="languages", value=",".join(languages))
onnx.checker.check_model(model)
onnx.save(model, "language.onnx")
