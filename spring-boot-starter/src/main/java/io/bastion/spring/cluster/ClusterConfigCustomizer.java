package io.bastion.spring.cluster;

import io.bastion.cluster.ClusterConfig;

/** Changes settings of the node before it is started; a bean of this type is called, in the order of several. */
@FunctionalInterface
public interface ClusterConfigCustomizer {
    /** Changes what the properties {@code bastion.cluster.*} have set. */
    void customize(ClusterConfig.Builder builder);
}
