/**
 * What is kept of Nodes, CSINodes, PersistentVolumes and VolumeAttachments: the fields that are
 * used, read so that one odd object never spoils the others. "Which Node is this host" is decided
 * here alone.
 */
@NullMarked
package cn.ucloud.csi.udisk.controller.kube.record;

import org.jspecify.annotations.NullMarked;
