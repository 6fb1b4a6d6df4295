package io.github.integratorio.simulator;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The account: its access token and the integrator.io users. Guarded by the lock of {@link SimulatorState}. */
final class Account {

    /** A person with an integrator.io login. */
    record User(String id, String email, String name) {}

    private final IdGenerator ids;
    private final boolean anyUser;
    private final Map<String, User> users = new HashMap<>();
    private final Map<String, User> generatedUsers = new HashMap<>();
    private final Set<String> removed = new HashSet<>();
    private final String ownerId;
    private boolean onlyAddedUsers;
    private String token;

    Account(IdGenerator ids, String token, boolean anyUser) {
        this.ids = ids;
        this.token = token;
        this.anyUser = anyUser;
        this.ownerId = ids.next();
    }

    String token() {
        return token;
    }

    void token(String newToken) {
        token = newToken;
    }

    String ownerId() {
        return ownerId;
    }

    void addUser(String email, String name) {
        onlyAddedUsers = !anyUser;
        removed.remove(key(email));
        users.put(key(email), new User(ids.next(), email, name));
    }

    void removeUser(String email) {
        removed.add(key(email));
        users.remove(key(email));
        generatedUsers.remove(key(email));
    }

    /** Returns the user with the e-mail; generates one if every e-mail belongs to a user. */
    Optional<User> user(String email) {
        User user = users.get(key(email));
        if (user == null && !onlyAddedUsers && !removed.contains(key(email))) {
            user = generatedUsers.computeIfAbsent(key(email),
                    key -> new User(ids.next(), email, email.replaceFirst("@.*", "")));
        }
        return Optional.ofNullable(user);
    }

    private static String key(String email) {
        return email.toLowerCase(Locale.ROOT);
    }
}
