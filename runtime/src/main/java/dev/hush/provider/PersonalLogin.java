package dev.hush.provider;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a provider needs for asking a person to log in.
 *
 * @param secrets takes what is masked from then on
 * @param lines takes a line for whoever started the program
 * @param tokens those of earlier logins
 * @param patience how long a person is waited for
 */
public record PersonalLogin(
    Consumer<String> secrets, Consumer<String> lines, KeptTokens tokens, Duration patience) {}
