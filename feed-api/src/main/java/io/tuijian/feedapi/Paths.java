package io.tuijian.feedapi;

import io.javalin.http.Handler;
import java.util.Map;

/** The paths of one area of the API, and what answers each. */
interface Paths {
    Map<Route, Handler> handlers();
}
