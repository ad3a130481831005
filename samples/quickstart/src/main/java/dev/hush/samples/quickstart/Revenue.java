package dev.hush.samples.quickstart;

import java.math.BigDecimal;

/** A line of the report. */
record Revenue(String country, int orders, BigDecimal amount) {}
