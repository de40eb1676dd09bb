package dev.marmita.scheduler;

import java.time.Instant;

/**
 * Something that happened to a deployment.
 *
 * @param revision 0 where it is about none
 * @param replica empty where it is about none
 */
public record Event(Instant at, long revision, String replica, String reason, String message) {}
