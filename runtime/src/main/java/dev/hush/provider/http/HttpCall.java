package dev.hush.provider.http;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One request, without the server that it goes to. Immutable. Shows method and path only, for
 * headers hold tokens.
 *
 * @param path encoded, beginning with a slash, with the query
 * @param repeated headers that may stand there several times, besides the others
 * @param body empty for none
 * @param isRepeatable whether nothing else happens if the server is asked twice
 */
public record HttpCall(
    String method,
    String path,
    Map<String, String> headers,
    List<Header> repeated,
    String body,
    boolean isRepeatable) {

  /** One line of the request. */
  public record Header(String name, String value) {
    @Override
    public String toString() {
      return name;
    }
  }

  public HttpCall {
    headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    repeated = List.copyOf(repeated);
  }

  /** A request without repeated headers. */
  public HttpCall(
      String method, String path, Map<String, String> headers, String body, boolean isRepeatable) {
    this(method, path, headers, List.of(), body, isRepeatable);
  }

  /** A request that is repeatable if its method says so. */
  public HttpCall(String method, String path, Map<String, String> headers, String body) {
    this(method, path, headers, body, method.equals("GET"));
  }

  /** The same, which only reads, whatever its method says. */
  public HttpCall reading() {
    return new HttpCall(method, path, headers, repeated, body, true);
  }

  /** A request that reads. */
  public static HttpCall get(String path) {
    return new HttpCall("GET", path, Map.of(), "");
  }

  /** A request that sends JSON. */
  public static HttpCall json(String method, String path, String body) {
    return new HttpCall(method, path, Map.of("Content-Type", "application/json"), body);
  }

  /** The same with one more header; any value that is no header is an error without the value. */
  public HttpCall with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpCall(method, path, more, repeated, body, isRepeatable);
  }

  /** The same with these headers too, each of which may stand there several times. */
  public HttpCall withAll(List<Header> more) {
    List<Header> all = new ArrayList<>(repeated);
    all.addAll(more);
    return new HttpCall(method, path, headers, all, body, isRepeatable);
  }

  /** All headers, in the order in which they are sent. */
  List<Header> lines() {
    List<Header> lines = new ArrayList<>();
    headers.forEach((name, value) -> lines.add(new Header(name, value)));
    lines.addAll(repeated);
    return lines;
  }

  /** A path of these names, each encoded, with a slash before each. */
  public static String path(String first, Collection<String> more) {
    List<String> names = new ArrayList<>(List.of(first.split("/")));
    names.addAll(more);
    StringBuilder path = new StringBuilder();
    names.forEach(name -> path.append('/').append(encoded(name)));
    return path.toString();
  }

  /** A query of these parameters, encoded, with its question mark; empty for none. */
  public static String query(Map<String, String> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            query
                .append(query.length() == 0 ? '?' : '&')
                .append(encoded(name))
                .append('=')
                .append(encoded(value)));
    return query.toString();
  }

  /** Everything escaped that RFC 3986 does not call unreserved. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  @Override
  public String toString() {
    return method + " " + path;
  }
}
