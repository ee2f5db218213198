/** The objects of a cluster as far as storage goes: claims, volumes, attachments, classes. */
@NullMarked
package cn.ucloud.csi.udisk.orchestrator.object;

import org.jspecify.annotations.NullMarked;
