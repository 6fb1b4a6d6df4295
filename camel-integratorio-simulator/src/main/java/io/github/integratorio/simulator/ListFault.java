package io.github.integratorio.simulator;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The incomplete list responses of {@link FaultBuilder}. What is not a list with rows stays as it is. */
final class ListFault {

    private ListFault() {
    }

    /** Replaces the rows, and the link to the next page, by 200 {@code []} or by 204. */
    static ApiResponse empty(ApiResponse list, int status) {
        if (!isList(list)) {
            return list;
        }
        return status == 204 ? ApiResponse.empty(status) : ApiResponse.json(status, List.of());
    }

    /** Leaves out rows; the link to the next page stays. */
    static ApiResponse without(ApiResponse list, Predicate<? super Map<String, Object>> rows) {
        if (!isList(list)) {
            return list;
        }
        List<Map<String, Object>> kept =
                Json.readObjects(list.body()).stream().filter(row -> !rows.test(row)).toList();
        return ApiResponse.json(list.status(), kept).with(list.headers());
    }

    /** Leaves out the link to the next page, which makes this page look like the last one. */
    static ApiResponse withoutNextPage(ApiResponse list) {
        return isList(list) ? new ApiResponse(list.status(), list.contentType(), list.body(), Map.of()) : list;
    }

    private static boolean isList(ApiResponse response) {
        return response.status() == 200 && response.body().length > 0 && response.body()[0] == '[';
    }
}
