package io.tuijian.models.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceFileTest {
    @TempDir
    private Path folder;

    @Test
    void theLastItemOfEachSequenceIsHidden() throws IOException {
        Split split = SequenceFile.leaveOneOut(file("u1 a b c\n\n  \nu2 b\nu3\nu4\tc  a\r\n"));
        assertThat(split.known().catalogue().ids()).containsExactly("a", "b", "c");
        assertThat(split.known().of()).isDeepEqualTo(new int[][] {{0, 1}, {1}, {}, {2}});
        assertThat(split.hidden()).isDeepEqualTo(new int[][] {{2}, {}, {}, {0}});
        assertThat(split.asked()).containsExactly(0, 3);
        assertThat(split.known().ordered()).isTrue();
    }

    @Test
    void whatAUserHasAlreadyIsNotAskedFor() throws IOException {
        Split split = SequenceFile.leaveOneOut(file("u1 a b a\nu2 a b\n"));
        assertThat(split.hidden()).isDeepEqualTo(new int[][] {{}, {1}});
        assertThat(split.repeats()).isEqualTo(1);
    }

    @Test
    void idsAreAnyTextAndFilesMayBeZipped() throws IOException {
        Path zipped = folder.resolve("zipped");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            out.write("用户 99999999999999999999999 商品 -3\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(SequenceFile.leaveOneOut(zipped).known().catalogue().ids())
                .containsExactly("99999999999999999999999", "商品", "-3");
    }

    @Test
    void aFixedSplitJoinsUsersByTheirId() throws IOException {
        Path train = file("u1 a b b\nu2 c\nu1 d\n");
        Path test = folder.resolve("test");
        Files.writeString(test, "u3 a\nu1 e a\n");
        Split split = SequenceFile.fixed(train, test);
        assertThat(split.known().catalogue().ids()).containsExactly("a", "b", "c", "d", "e");
        assertThat(split.known().of()).isDeepEqualTo(new int[][] {{0, 1, 3}, {2}, {}});
        assertThat(split.hidden()).isDeepEqualTo(new int[][] {{4}, {}, {0}});
        assertThat(split.known().ordered()).isFalse();
    }

    @Test
    void whatCannotBeUsedIsSaidInOneLine() throws IOException {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> SequenceFile.leaveOneOut(missing)).hasMessage("There is no file " + missing + ".");
        assertThatThrownBy(() -> SequenceFile.leaveOneOut(folder)).hasMessageContaining("is a folder");
        Path empty = file("\n \n");
        assertThatThrownBy(() -> SequenceFile.leaveOneOut(empty)).hasMessage(empty + " is empty.");
        Path single = file("u1 a\nu2 b\n");
        assertThatThrownBy(() -> SequenceFile.leaveOneOut(single)).hasMessageContaining("nothing to find");
        Path train = file("u1 a b\n");
        Path test = folder.resolve("same");
        Files.writeString(test, "u1 a\n");
        assertThatThrownBy(() -> SequenceFile.fixed(train, test)).hasMessageContaining("asks for nothing");
        Path bytes = folder.resolve("bytes");
        Files.write(bytes, new byte[] {'u', ' ', (byte) 0xc3, (byte) 0x28, '\n'});
        assertThatThrownBy(() -> SequenceFile.leaveOneOut(bytes)).hasMessageContaining("not text");
        Path cut = folder.resolve("cut.gz");
        Files.write(cut, new byte[] {0x1f, (byte) 0x8b, 8, 0});
        assertThatThrownBy(() -> SequenceFile.leaveOneOut(cut)).hasMessageContaining("cannot be read");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "sequences", ".txt"), text);
    }
}
