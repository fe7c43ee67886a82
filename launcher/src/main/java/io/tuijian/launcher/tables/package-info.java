/** What the product wrote and what happened, as tables and plots; {@code launcher/TABLES.md} tells how to use it. */
package io.tuijian.launcher.tables;
