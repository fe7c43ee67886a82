package io.tuijian.schemas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;

/**
 * Writes the schemas of today down as a released version. Not part of the build, because its name is not that of a
 * test: {@code mvn -pl schemas test -Dtest=ReleaseSchemas -Dschemas.release=2}.
 */
class ReleaseSchemas {
    @Test
    void today_becomes_a_released_version() throws IOException {
        int version = Integer.parseInt(System.getProperty("schemas.release"));
        Path folder = Path.of("src/main/resources/io/tuijian/schemas/released", String.valueOf(version));
        Files.createDirectories(folder);
        for (Topic<?> topic : Topics.ALL) {
            String schema = SpecificData.get().getSchema(topic.type()).toString(true);
            Files.writeString(folder.resolve(topic.type().getSimpleName() + ".avsc"), schema + "\n");
        }
    }
}
