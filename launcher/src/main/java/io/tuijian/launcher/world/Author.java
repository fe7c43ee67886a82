package io.tuijian.launcher.world;

import java.util.List;

/** The person behind a real author id: everything but id and topics is generated. */
record Author(String id, String name, String city, String language, List<String> topics) {}
