package io.tuijian.ranking;

import java.util.Optional;

/** Proposes contents by asking the index. A source that has nothing to ask for this viewer is left out. */
public interface Source {
    String name();

    Optional<ContentQuery> query(Viewing viewing);
}
