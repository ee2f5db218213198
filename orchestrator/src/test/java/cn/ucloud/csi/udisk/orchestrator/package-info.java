/** Tests of the orchestrator against hand-written CSI services on real unix sockets. */
@NullMarked
package cn.ucloud.csi.udisk.orchestrator;

import org.jspecify.annotations.NullMarked;
