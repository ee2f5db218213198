/** The processes of the demo: started, watched, and cleaned up, also after a crash. */
@NullMarked
package cn.ucloud.csi.udisk.orchestrator.demo.process;

import org.jspecify.annotations.NullMarked;
