package dev.hush.masking;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Secrets of every sort, by name. */
final class Values {

  private Values() {}

  static Map<String, String> all() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("letters and digits", "Zq7hT2mK9xWb4LcR");
    values.put("AWS key", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    values.put(
        "GitHub token",
        "github_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ");
    values.put("every sign", "p@ss/w'o\"r\\d&<x> %41 $y`z!#()*+,-.:;=?[]^_{|}~");
    values.put("signs", "p@ss/w'o\"r\\d&<x> %41 $y`z!");
    values.put("not ASCII", "p\u00e4ssw\u00f6rd-\u5bc6\u7801-\ud83d\ude00\u20acx");
    values.put("Latin-1", "Gr\u00fc\u00dfe-se\u00f1or-\u00c6r\u00f8");
    values.put(
        "PEM",
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
        OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
        1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G
        -----END PRIVATE KEY-----
        """);
    values.put("lines", "first line\n  second: \"x/y\"\nthird & last");
    values.put("blanks and tabs", "correct horse\tbattery  staple 9");
    values.put("JSON object", "{\"user\":\"kim7\",\"password\":\"s3cr3t/\u03a9+x\",\"port\":5432}");
    values.put("URL", "postgres://admin:p%40ss%2Fw0rd@db.internal:5432/app?sslmode=require");
    values.put("four characters", "k3Y!");
    values.put("seven characters", "a1b2c3d");
    values.put("eight digits", "90417352");
    values.put("line end", "abc-token-7Xy\n");
    values.put("escapes", "a%41b\\nc&amp;d=41\\u0041+e");
    values.put("dollars and braces", "S3{{x}}%s$HOME${y}`id`]]>\\E#{z}");
    return Collections.unmodifiableMap(values);
  }

  static boolean isLatin1(String value) {
    return ISO_8859_1.newEncoder().canEncode(value);
  }
}
