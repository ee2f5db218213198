package cn.ucloud.csi.udisk.controller.change;

import cn.ucloud.csi.udisk.common.concurrent.Permission;
import cn.ucloud.csi.udisk.controller.change.RequestJournal.Note;
import java.util.function.Supplier;

/** A request between the decision to send it and the moment at which it leaves and is noted. */
final class Sending {
  private static final ScopedValue<Sending> CURRENT = ScopedValue.newInstance();

  private final RequestJournal journal;
  private final String key;
  private final String what;
  private Note note = Note.NONE;

  Sending(RequestJournal journal, String key, String what) {
    this.journal = journal;
    this.key = key;
    this.what = what;
  }

  <T> T call(Supplier<T> request) {
    return ScopedValue.where(CURRENT, this).call(request::get);
  }

  /** Of the request, if it has left or was about to. */
  Note note() {
    return note;
  }

  private void leaves() {
    if (note.equals(Note.NONE)) { // not noted by a try before this one
      note = journal.write(key, what);
    }
  }

  /** Before the permission is asked for, because that is to be the last thing of all. */
  static Permission noted(Permission permission, RequestJournal journal) {
    return new Permission() {
      @Override
      public void require() {
        permission.require();
      }

      @Override
      public Pass enter() {
        if (CURRENT.isBound()) {
          CURRENT.get().leaves();
        } else {
          journal.incomplete("a request was sent that is not noted");
        }
        return permission.enter();
      }
    };
  }
}
