/**
 * Facts and findings as one page for people who would rather look than read, and for a ticket: one
 * file that needs nothing from elsewhere and can be read on a phone.
 */
@NullMarked
package cn.ucloud.csi.udisk.admin.report;

import org.jspecify.annotations.NullMarked;
