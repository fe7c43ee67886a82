package io.tuijian.launcher.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tuijian.schemas.Action;
import io.tuijian.schemas.Content;
import io.tuijian.schemas.ContentKind;
import io.tuijian.schemas.Engagement;
import io.tuijian.schemas.VideoDetail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any log with a header is read; a row that makes no sense is told with its line, and stops nothing. */
class CsvLogTest {
    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");
    private static final String HEADER =
            "viewer,content,action,time,author,kind,watched,duration,amount,currency,rating\n";

    @TempDir
    private Path folder;

    private final List<CsvLog.Row> rows = new ArrayList<>();
    private final List<CsvLog.Bad> bad = new ArrayList<>();

    private CsvLog.Counts read(String csv, String actions) throws IOException {
        Path file = Files.writeString(folder.resolve("log.csv"), csv);
        return new CsvLog(file, ActionWords.of(actions), NOW).read(rows::add, bad::add);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1652011200",
                "1652011200000",
                "2022-05-08T12:00:00Z",
                "2022-05-08T20:00:00+08:00",
                "2022-05-08T12:00:00",
                "2022-05-08 12:00:00",
                "2022-05-08T12:00"
            })
    void a_time_may_be_epoch_seconds_milliseconds_or_iso(String time) throws IOException {
        read("viewer,content,action,time\n1,2,like," + time + "\n", "");
        assertThat(bad).isEmpty();
        assertThat(rows.get(0).at()).isEqualTo(Instant.parse("2022-05-08T12:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock = """
                    1,2,jump,1652000000,,,,,,,        | the action "jump" is unknown
                    ,2,like,1652000000,,,,,,,         | viewer is missing
                    1,,like,1652000000,,,,,,,         | content is missing
                    1,2,,1652000000,,,,,,,            | action is missing
                    1,2,like,,,,,,,,                  | time is missing
                    1,2,like,yesterday,,,,,,,         | time is neither
                    1,2,like,1,,,,,,,                 | before 2000
                    1,2,like,4000000000,,,,,,,        | in the future
                    1,2,like,99999999999999999999,,,,,,,| time is neither
                    1,2,like,1652000000,,film,,,,,    | there is no kind "film"
                    1,2,watch,1652000000,,,-5,,,,     | watched is not from 0
                    1,2,watch,1652000000,,,long,,,,   | watched is not a whole number
                    1,2,buy,1652000000,,,,,100,,      | amount without currency
                    1,2,buy,1652000000,,,,,100,yuan,  | currency is not three capital letters
                    1,2,rate,1652000000,,,,,,,6       | rating is not from 0 to 5
                    a,2                               | it has 2 fields, the header 11
                    1 1,2,like,1652000000,,,,,,,      | viewer is not a plain id
                    """,
            maxCharsPerColumn = 200,
            ignoreLeadingAndTrailingWhitespace = true,
            quoteCharacter = '\'')
    void a_bad_row_is_told_with_its_line_and_its_reason(String row, String reason) throws IOException {
        CsvLog.Counts counts =
                read(HEADER + "1,2,like,1652000000,,,,,,,\n" + row + "\n1,3,like,1652000000,,,,,,,\n", "buy=PURCHASE");
        assertThat(counts).isEqualTo(new CsvLog.Counts(2, 0, 1));
        assertThat(bad.get(0).line()).isEqualTo(3);
        assertThat(bad.get(0).reason()).contains(reason);
    }

    @Test
    void the_names_of_others_are_understood_and_ids_get_the_letter_of_their_kind() throws IOException {
        CsvLog.Counts counts = read("""
                \uFEFFuser_id,item_id,Behavior,timestamp,note
                7,9,buy,1652000000,"a, b
                c"
                v7,c9,scroll,1652000000,
                """, "buy=PURCHASE,scroll=ignore");
        assertThat(counts).isEqualTo(new CsvLog.Counts(1, 1, 0));
        assertThat(rows.get(0).viewerId()).isEqualTo("v7");
        assertThat(rows.get(0).contentId()).isEqualTo("c9");
        assertThat(rows.get(0).action()).isEqualTo(Action.PURCHASE);
    }

    @Test
    void a_file_without_the_columns_is_refused_by_name() {
        assertThatThrownBy(() -> read("viewer,content,action\n", ""))
                .isInstanceOf(CsvLog.Unusable.class)
                .hasMessageContaining("no column time");
        assertThatThrownBy(() -> read("", "")).hasMessageContaining("is empty");
        assertThatThrownBy(() -> read("viewer,user,content,action,time\n", ""))
                .hasMessageContaining("two columns for viewer");
    }

    @Test
    void a_quote_that_is_not_closed_ends_the_reading_with_its_line() {
        String before = "viewer,content,action,time,note\n1,2,like,1652000000,fine\n";
        assertThatThrownBy(() -> read(before + "1,3,like,1652000000,\"a\n1,4,like,1652000000,b\n", ""))
                .isInstanceOf(CsvLog.Unusable.class)
                .hasMessageEndingWith("from line 3 on: a quote is not closed.");
        assertThatThrownBy(() -> read(before + "1,\"3,like,1652000000,a\n1,4,like,1652000000,b", ""))
                .hasMessageEndingWith("from line 3 on: a quote is not closed.");
        assertThat(rows).hasSize(2);
    }

    @Test
    void a_quote_may_go_over_lines_where_it_is_closed() throws IOException {
        read("viewer,content,action,time,note\n1,2,like,1652000000,\"a\nb\"\n", "");
        assertThat(rows).hasSize(1);
        assertThat(bad).isEmpty();
    }

    @Test
    void a_file_that_was_cut_ends_the_reading_with_one_line() throws IOException {
        StringBuilder csv = new StringBuilder("viewer,content,action,time\n");
        for (int i = 0; i < 50_000; i++) {
            csv.append(i * 7_919L % 50_000)
                    .append(",")
                    .append(i * 104_729L % 50_000)
                    .append(",like,1652000000\n");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(csv.toString().getBytes(StandardCharsets.UTF_8));
        }
        Path file = Files.write(folder.resolve("log.csv.gz"), Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2));
        assertThatThrownBy(() -> new CsvLog(file, ActionWords.of(""), NOW).read(rows::add, bad::add))
                .isInstanceOf(CsvLog.Unusable.class)
                .hasMessageContaining("cannot be read beyond line ")
                .hasMessageNotContaining("\n");
        assertThat(rows).isNotEmpty();
    }

    @Test
    void the_end_of_a_content_that_is_known_is_known() throws IOException {
        read(HEADER + "1,2,watch,1652000000,,,40000,,,,\n1,3,watch,1652000000,,,40000,,,,\n", "");
        Content known = Content.newBuilder(new Events("other").of(rows.get(0)).content())
                .setVideo(new VideoDetail(30_000L))
                .build();
        Events events = new Events("log");
        events.known(known);
        assertThat(events.of(rows.get(0)).engagements().stream().map(Engagement::getAction))
                .containsExactly(Action.WATCH, Action.LONG_VIEW, Action.FINISH);
        assertThat(events.of(rows.get(1)).engagements().stream().map(Engagement::getAction))
                .containsExactly(Action.WATCH, Action.LONG_VIEW);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    click           | not of the form
                    =OPEN           | not of the form
                    click=          | There is no action
                    click=JUMP      | There is no action JUMP
                    click=UNKNOWN   | There is no action UNKNOWN
                    click=OPEN,     | not of the form
                    """)
    void a_mapping_that_makes_no_sense_is_refused(String mapping, String problem) {
        assertThatThrownBy(() -> ActionWords.of(mapping)).hasMessageContaining(problem);
    }

    @Test
    void a_content_is_made_once_and_ids_are_the_same_at_every_replay() throws IOException {
        read(HEADER + "1,2,watch,1652000000,5,short-video,40000,30000,,,\n1,2,follow,1652000001,,,,,,,\n", "");
        List<List<String>> ids = new ArrayList<>();
        for (int replay = 0; replay < 2; replay++) {
            Events events = new Events("log");
            Events.Of first = events.of(rows.get(0));
            assertThat(first.content().getAuthorId()).isEqualTo("a5");
            assertThat(first.content().getKind()).isEqualTo(ContentKind.SHORT_VIDEO);
            assertThat(first.engagements().stream().map(Engagement::getAction))
                    .containsExactly(Action.WATCH, Action.LONG_VIEW, Action.FINISH);
            Events.Of second = events.of(rows.get(1));
            assertThat(second.content()).isNull();
            assertThat(second.relation().getTo()).isEqualTo("a5");
            ids.add(first.engagements().stream().map(Engagement::getId).toList());
        }
        assertThat(ids.get(0)).isEqualTo(ids.get(1)).containsExactly("log:1:WATCH", "log:1:LONG_VIEW", "log:1:FINISH");
    }

    @Test
    void the_example_in_the_documents_gives_what_they_say() {
        Path file = Path.of(System.getProperty("tuijian.root"), "docs/replay-example.csv");
        CsvLog.Counts counts = new CsvLog(file, ActionWords.of("pv=SEEN,view=WATCH,click=OPEN,buy=PURCHASE"), NOW)
                .read(rows::add, bad::add);
        assertThat(counts).isEqualTo(new CsvLog.Counts(8, 0, 1));
        assertThat(bad)
                .containsExactly(new CsvLog.Bad(9, "the action \"teleport\" is unknown; --actions teleport=… tells"));
        Events events = new Events("replay-example");
        List<Events.Of> all = rows.stream().map(events::of).toList();
        assertThat(all.stream().filter(of -> of.content() != null)).hasSize(2);
        assertThat(all.stream().flatMap(of -> of.engagements().stream())).hasSize(10);
        assertThat(all.stream().filter(of -> of.relation() != null)).hasSize(1);
    }
}
