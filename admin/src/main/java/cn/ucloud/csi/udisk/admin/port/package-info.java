/**
 * What this program may ask of the outside: objects of the API server, disks and hosts of the
 * cloud. There is nothing here that changes anything.
 */
@NullMarked
package cn.ucloud.csi.udisk.admin.port;

import org.jspecify.annotations.NullMarked;
