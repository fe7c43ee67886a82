package io.tuijian.feedapi;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what the server refuses before it reaches a route, such as a path that cannot be decoded: a problem like any. */
final class ProblemHandler extends ErrorHandler {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback)
            throws IOException {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/problem+json");
        Problem problem = Problem.of(
                code, code < 500 ? "The request is not HTTP as it should be." : "Something went wrong here.");
        byte[] body = JSON.writeValueAsBytes(problem.body("/"));
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}
