package dev.hush.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/** Spellings of spellings. */
final class NestedSpellings {

  private NestedSpellings() {}

  static List<Spelling> all() {
    Spelling json = JsonSpellings.JACKSON;
    Spelling gson = JsonSpellings.GSON;
    Spelling php = JsonSpellings.PHP;
    Spelling go = JsonSpellings.GO;
    Spelling dotNet = JsonSpellings.DOTNET;
    Spelling ascii = JsonSpellings.PYTHON;
    Spelling percent = PercentSpellings.RFC_3986;
    Spelling form = PercentSpellings.FORM;
    Spelling all = PercentSpellings.ALL;
    Spelling xml = MarkupSpellings.XML_ALL;
    Spelling decimal = MarkupSpellings.DECIMAL;
    Spelling base64 = Spelling.of("Base64", Base64Spellings.BASE64.speller());
    Spelling mime =
        Spelling.of(
            "MIME Base64",
            v ->
                java.util.Base64.getMimeEncoder(20, new byte[] {'\n'})
                    .encodeToString(v.getBytes(UTF_8)));
    Spelling crlf =
        Spelling.of(
            "MIME Base64, CR LF",
            v ->
                java.util.Base64.getMimeEncoder(40, new byte[] {'\r', '\n'})
                    .encodeToString(v.getBytes(UTF_8)));
    Spelling hex = ByteSpellings.HEX;
    Spelling colons =
        Spelling.of(
            "hex with colons",
            v -> Escapes.octets(v, UTF_8, c -> true, Escapes.format("%02x:")).replaceAll(":$", ""));
    Spelling single = QuotedSpellings.SINGLE;
    Spelling doubled = QuotedSpellings.DOUBLE;
    Spelling property = QuotedSpellings.PROPERTY;
    Spelling csv = QuotedSpellings.CSV;
    Spelling sql = QuotedSpellings.SQL;
    Spelling powerShell = QuotedSpellings.POWERSHELL;
    Spelling caret = QuotedSpellings.CARET;
    Spelling python = BackslashSpellings.PYTHON;
    Spelling bytes = BackslashSpellings.HEX_ALL;
    Spelling list =
        Spelling.of(
            "list",
            ByteSpellings.LIST.speller().andThen(s -> s.replaceAll("[\ufdd0\ufdd1]", ""))::apply);
    return List.of(
        percent.in(percent).named("percent twice"),
        percent.in(percent).in(percent).named("percent three times"),
        form.in(form).named("percent twice, URLEncoder"),
        all.in(all).named("percent twice, everything"),
        all.in(percent),
        percent.in(all),
        form.in(percent),
        percent.in(json).named("percent, in JSON"),
        percent.in(php),
        form.in(gson),
        json.in(percent),
        json.in(form),
        json.in(all),
        gson.in(percent),
        ascii.in(form),
        go.in(percent),
        dotNet.in(form),
        php.in(form),
        percent.in(xml),
        xml.in(percent),
        xml.in(form),
        decimal.in(percent),
        decimal.in(form),
        json.in(xml),
        xml.in(json),
        xml.in(gson),
        xml.in(go),
        xml.in(php),
        ascii.in(xml),
        decimal.in(json),
        decimal.in(gson),
        json.in(single),
        json.in(doubled),
        gson.in(single),
        single.in(json),
        doubled.in(json),
        single.in(single).named("shell twice"),
        doubled.in(doubled).named("shell twice, double quoted"),
        Spelling.of("shell twice, '\"'\"'", v -> v.replace("'", "'\"'\"'").replace("'", "'\"'\"'")),
        single.in(doubled),
        doubled.in(single),
        json.in(property),
        property.in(json),
        property.in(property).named("properties twice"),
        json.in(csv),
        csv.in(json),
        json.in(sql),
        sql.in(json),
        csv.in(sql),
        json.in(python),
        python.in(json),
        python.in(python).named("Python repr twice"),
        bytes.in(json).named("\\x of every byte, in JSON"),
        powerShell.in(json),
        json.in(powerShell),
        json.in(caret),
        caret.in(json),
        xml.in(single),
        single.in(xml),
        single.in(percent),
        percent.in(property),
        property.in(percent),
        base64.in(json),
        base64.in(gson),
        base64.in(php),
        base64.in(percent),
        base64.in(form),
        base64.in(dotNet),
        base64.in(xml),
        base64.in(property),
        base64.in(base64).named("Base64 twice"),
        base64.in(hex),
        base64.in(colons),
        base64.in(all),
        base64.in(decimal),
        base64.in(list),
        base64.in(bytes),
        mime.in(json),
        crlf.in(json),
        mime.in(percent),
        crlf.in(form),
        mime.in(base64),
        json.in(base64),
        gson.in(base64),
        ascii.in(base64),
        php.in(base64),
        json.in(mime),
        percent.in(base64),
        form.in(base64),
        xml.in(base64),
        single.in(base64),
        python.in(base64),
        hex.in(base64),
        hex.in(hex).named("hex twice"),
        hex.in(json),
        json.in(hex),
        json.in(colons),
        percent.in(hex),
        xml.in(hex),
        json.in(list),
        percent.in(list),
        colons.in(percent),
        colons.in(xml),
        list.in(json),
        list.in(percent),
        list.in(base64),
        bytes.in(percent),
        bytes.in(xml));
  }
}
