package io.github.integratorio.examples.trial;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** An HTTP client that keeps cookies and does not follow redirects. */
final class Visitor {

    private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]*)\"");

    private final HttpClient client = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();
    private final String site;

    Visitor(String site) {
        this.site = site;
    }

    HttpResponse<String> get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    HttpResponse<String> head(String path) {
        return send(
                request(path).version(HttpClient.Version.HTTP_1_1).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    }

    HttpResponse<String> post(String path, Map<String, String> fields, String... headers) {
        String body = fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return postBody(path, "application/x-www-form-urlencoded", body, headers);
    }

    HttpResponse<String> postBody(String path, String type, String body, String... headers) {
        return send(
                request(path, headers).header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** Loads a page with a form and posts the form. */
    HttpResponse<String> submit(String page, String path, Map<String, String> fields, String... headers) {
        Map<String, String> all = new TreeMap<>(fields);
        all.put("token", token(get(page).body()));
        return post(path, all, headers);
    }

    /** Signs up and returns the path of the page with the state. */
    String signUp(String email) {
        HttpResponse<String> answer =
                submit("/", "/sign-up", Map.of("name", "Jane Doe", "email", email, "company", "Acme"));
        if (answer.statusCode() != 303) {
            throw new AssertionError("The sign-up was answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.headers().firstValue("Location").orElseThrow();
    }

    void logIn(String password) {
        HttpResponse<String> answer = submit("/vendor", "/vendor/log-in", Map.of("password", password));
        if (answer.statusCode() != 303) {
            throw new AssertionError("The log-in was answered " + answer.statusCode());
        }
    }

    static String token(String page) {
        Matcher token = TOKEN.matcher(page);
        if (!token.find()) {
            throw new AssertionError("No form in " + page);
        }
        return token.group(1);
    }

    private HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(site + path));
        return headers.length == 0 ? request : request.headers(headers);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
