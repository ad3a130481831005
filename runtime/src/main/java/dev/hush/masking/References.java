package dev.hush.masking;

import java.util.HashMap;
import java.util.Map;

/** The characters that HTML has names for, as far as values are likely to hold them. */
final class References {

  private static final Map<String, Integer> VALUES = values();

  private static Map<String, Integer> values() {
    Map<String, Integer> values = new HashMap<>();
    String ascii =
        "quot\" QUOT\" amp& AMP& lt< LT< gt> GT> apos' excl! num# dollar$ percnt% lpar( rpar) ast*"
            + " midast* plus+ comma, period. sol/ colon: semi; equals= quest? commat@ lsqb[ lbrack["
            + " bsol\\ rsqb] rbrack] Hat^ lowbar_ UnderBar_ grave` lcub{ lbrace{ verbar| vert|"
            + " rcub} rbrace} hyphen- dash- euro\u20ac nbsp\u00a0";
    for (String entry : ascii.split(" ")) {
      int last = entry.length() - 1;
      values.put(entry.substring(0, last), (int) entry.charAt(last));
    }
    values.put("Tab", (int) '\t');
    values.put("NewLine", (int) '\n');
    String latin =
        "iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn"
            + " sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest"
            + " Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave"
            + " Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave"
            + " Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig"
            + " ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute"
            + " ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml";
    number(values, 0xa1, latin);
    String greek =
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho"
            + " sigmaf sigma tau upsilon phi chi psi omega";
    number(values, 0x3b1, greek);
    for (String name : greek.split(" ")) {
      values.put(
          Character.toUpperCase(name.charAt(0)) + name.substring(1),
          values.getOrDefault(name, 0) - 0x3b1 + 0x391);
    }
    number(values, 0x2013, "ndash mdash");
    number(values, 0x2018, "lsquo rsquo sbquo");
    number(values, 0x201c, "ldquo rdquo bdquo");
    number(values, 0x2020, "dagger Dagger bull");
    number(values, 0x2026, "hellip");
    number(values, 0x2122, "trade");
    return Map.copyOf(values);
  }

  private References() {}

  private static void number(Map<String, Integer> values, int first, String names) {
    int value = first;
    for (String name : names.split(" ")) {
      values.put(name, value++);
    }
  }

  /** The character of a name; negative if it has none here. */
  static int value(String name) {
    return VALUES.getOrDefault(name, -1);
  }
}
