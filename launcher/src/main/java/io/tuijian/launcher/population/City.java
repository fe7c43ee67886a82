package io.tuijian.launcher.population;

import java.time.ZoneId;
import java.util.List;

/** Where viewers and authors live; its zone gives the rhythm of their days. */
public record City(String name, ZoneId zone) {
    private static final ZoneId CHINA = ZoneId.of("Asia/Shanghai");
    private static final ZoneId FRANCE = ZoneId.of("Europe/Paris");

    /** Every city, the largest first. */
    static final List<City> ALL = List.of(
            new City("上海", CHINA),
            new City("北京", CHINA),
            new City("广州", CHINA),
            new City("深圳", CHINA),
            new City("成都", CHINA),
            new City("杭州", CHINA),
            new City("重庆", CHINA),
            new City("武汉", CHINA),
            new City("西安", CHINA),
            new City("南京", CHINA),
            new City("Singapore", ZoneId.of("Asia/Singapore")),
            new City("Paris", FRANCE),
            new City("New York", ZoneId.of("America/New_York")),
            new City("Lyon", FRANCE));
}
