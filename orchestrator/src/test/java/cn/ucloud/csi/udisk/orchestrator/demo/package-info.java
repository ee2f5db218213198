/** Tests of what the demo leaves behind: nothing, with real processes, mounts and loop devices. */
@NullMarked
package cn.ucloud.csi.udisk.orchestrator.demo;

import org.jspecify.annotations.NullMarked;
