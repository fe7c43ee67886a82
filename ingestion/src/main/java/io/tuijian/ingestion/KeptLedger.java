package io.tuijian.ingestion;

import io.tuijian.features.CountOnce;
import io.tuijian.features.reach.StableHash;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The ledger of one viewer, its keys hashed: entries in the order in which they were put, in pages, so that an old
 * page need not be written again. An entry is forgotten on the thirty-first day after it was put. Not thread-safe.
 */
final class KeptLedger implements CountOnce.Ledger {
    static final Duration MEMORY = Duration.ofDays(30);
    static final int PAGE = 500;
    private static final int FORMAT = 1;
    private static final long DAY = Duration.ofDays(1).toMillis();

    private long[] hashes = new long[16];
    private short[] days = new short[16];
    private String[] values = new String[16]; // null for what has been removed
    private int[] places = new int[32]; // open addressing: 1 + the place of the newest entry of a hash, 0 for none
    private int count;
    private int saved; // so many entries are in the state as they are here
    private int savedPages;
    private short today;
    private long written;

    /** The ledger in these pages, as of this moment. */
    static KeptLedger of(MapState<Integer, byte[]> pages, long nowMillis) throws Exception {
        KeptLedger ledger = new KeptLedger();
        ledger.today(nowMillis);
        int forgotten = 0;
        int length = PAGE;
        for (int page = 0; length == PAGE; page++) {
            byte[] bytes = pages.get(page);
            if (bytes == null) {
                break;
            }
            DataInputDeserializer in = new DataInputDeserializer(bytes);
            if (in.readByte() != FORMAT) {
                throw new IOException("a ledger in a format that this release does not know");
            }
            length = in.readShort();
            for (int i = 0; i < length; i++) {
                long hash = in.readLong();
                short day = in.readShort();
                String value = in.readBoolean() ? in.readUTF() : null;
                if (ledger.today - day <= MEMORY.toDays()) {
                    ledger.append(hash, day, "".equals(value) ? "" : value); // one empty text for all
                } else {
                    forgotten++;
                }
            }
            ledger.savedPages++;
        }
        ledger.saved = forgotten == 0 ? ledger.count : 0;
        return ledger;
    }

    /** From now on it is this moment; on a new day what has been forgotten goes. */
    void today(long nowMillis) {
        short day = (short) (nowMillis / DAY);
        if (day != today) {
            today = day;
            forget();
        }
    }

    private void forget() {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (today - days[i] <= MEMORY.toDays()) {
                hashes[kept] = hashes[i];
                days[kept] = days[i];
                values[kept] = values[i];
                kept++;
            }
        }
        if (kept < count) {
            count = kept;
            saved = 0;
            int size = 16;
            while (size < count) {
                size *= 2;
            }
            resize(size);
        }
    }

    /** Writes what is new into the pages of its viewer. */
    void save(MapState<Integer, byte[]> pages) throws Exception {
        if (saved == count && (count > 0 || savedPages == 0)) {
            return;
        }
        DataOutputSerializer out = new DataOutputSerializer(64);
        int page = saved / PAGE;
        for (; page * PAGE < count; page++) {
            int end = Math.min(count, (page + 1) * PAGE);
            out.clear();
            out.writeByte(FORMAT);
            out.writeShort(end - page * PAGE);
            for (int i = page * PAGE; i < end; i++) {
                out.writeLong(hashes[i]);
                out.writeShort(days[i]);
                out.writeBoolean(values[i] != null);
                if (values[i] != null) {
                    out.writeUTF(values[i]);
                }
            }
            pages.put(page, out.getCopyOfBuffer());
        }
        for (int old = page; old < savedPages; old++) {
            pages.remove(old);
        }
        savedPages = page;
        saved = count;
    }

    /** How many entries it holds in memory. */
    int size() {
        return count;
    }

    /** How many entries have been put since it was read. */
    long written() {
        return written;
    }

    @Override
    public String get(String key) {
        int place = places[slot(StableHash.of(key))] - 1;
        return place < 0 || today - days[place] > MEMORY.toDays() ? null : values[place];
    }

    @Override
    public void put(String key, String value) {
        written++;
        append(StableHash.of(key), today, value);
    }

    @Override
    public void remove(String key) {
        append(StableHash.of(key), today, null);
    }

    private void append(long hash, short day, String value) {
        if (count == hashes.length) {
            resize(2 * count);
        }
        hashes[count] = hash;
        days[count] = day;
        values[count] = value;
        count++;
        places[slot(hash)] = count;
    }

    /** To a power of two. */
    private void resize(int size) {
        hashes = Arrays.copyOf(hashes, size);
        days = Arrays.copyOf(days, size);
        values = Arrays.copyOf(values, size);
        places = new int[2 * size];
        for (int i = 0; i < count; i++) {
            places[slot(hashes[i])] = i + 1;
        }
    }

    private int slot(long hash) {
        int mask = places.length - 1;
        int slot = (int) hash & mask;
        while (places[slot] != 0 && hashes[places[slot] - 1] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
