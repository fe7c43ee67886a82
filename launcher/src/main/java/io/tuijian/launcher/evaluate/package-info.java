/** Honest numbers on a data set, beside baselines. */
package io.tuijian.launcher.evaluate;
