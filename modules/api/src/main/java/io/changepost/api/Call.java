package io.changepost.api;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as it came in, its operation found, nothing else judged yet.
 *
 * @param operation the one called
 * @param segments of the path under /api/v1, as sent
 * @param query as sent, null where there is none
 * @param headers those that the operation takes, by name, all values
 * @param contentType as sent
 * @param credentials what it says of its caller
 * @param body its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Call(
    Operation operation,
    List<String> segments,
    @Nullable String query,
    Map<String, List<String>> headers,
    @Nullable String contentType,
    Credentials credentials,
    byte[] body) {}
