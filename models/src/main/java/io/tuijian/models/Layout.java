package io.tuijian.models;

/**
 * Where the parts of the network's input begin. First what is the same for every candidate of a page, the viewer part:
 *
 * <pre>
 * dense      viewerDense  features of the viewer and the context, standardised
 * viewer     width        vector of the viewer's id
 * surface    width        vector of the surface
 * pooled     width        mean of the engagement vectors, 0 without any
 * position   1            ln(1 + position) when training; 0 when serving, as if each candidate stood first
 * </pre>
 *
 * then the candidate part:
 *
 * <pre>
 * dense      candidateDense  all other features, standardised
 * content    width           vector of the content's id
 * author     width           vector of the author's id
 * topics     width           mean of the vectors of its topics, 0 without any
 * kind       width           vector of its kind
 * match      width           viewer vector × (content + author + topics), number by number
 * attended   width           mean of the engagement vectors weighed by attention, 0 without any
 * </pre>
 *
 * An engagement vector is the sum of the vectors of its content, author, mean of topics, action and recency. With the
 * candidate's {@code c = content + author + topics} and the square matrix {@code A} of {@link Weights#attention()}, the
 * attention to engagement {@code e} is softmax over engagements of {@code (A c)·e / √width}.
 */
public record Layout(int viewerDense, int candidateDense, int width) {
    public int viewer() {
        return viewerDense;
    }

    public int surface() {
        return viewer() + width;
    }

    public int pooled() {
        return surface() + width;
    }

    public int position() {
        return pooled() + width;
    }

    /** Where the candidate part begins: the size of the viewer part. */
    public int candidate() {
        return position() + 1;
    }

    public int content() {
        return candidate() + candidateDense;
    }

    public int author() {
        return content() + width;
    }

    public int topics() {
        return author() + width;
    }

    public int kind() {
        return topics() + width;
    }

    public int match() {
        return kind() + width;
    }

    public int attended() {
        return match() + width;
    }

    /** Size of the whole input. */
    public int size() {
        return attended() + width;
    }
}
