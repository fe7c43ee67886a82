/** Simple orderers of rows, in plain Java, for a model to be measured by. */
package io.tuijian.models.baselines;
