/** What all commands have in common: flags, names of objects, exit codes, and what they read. */
@NullMarked
package cn.ucloud.csi.udisk.admin.command;

import org.jspecify.annotations.NullMarked;
