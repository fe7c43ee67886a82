/** Reach: who was shown what, what they did and bought, counted per author, content and hour, and merged by any key. */
package io.tuijian.features.reach;
