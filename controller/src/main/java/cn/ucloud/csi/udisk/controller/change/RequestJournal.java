package cn.ucloud.csi.udisk.controller.change;

/**
 * Notes of the requests that may still be done, where the next process finds them that takes over
 * from this one without a wait (decision 5). What is not noted is not open: so a request leaves
 * only when it is noted, or when the journal is known to be incomplete.
 */
public interface RequestJournal {
  /** For a process whose successor does not ask what it had sent. */
  RequestJournal NONE =
      new RequestJournal() {
        @Override
        public Note write(String key, String what) {
          return Note.NONE;
        }

        @Override
        public void incomplete(String why) {}

        @Override
        public void complete() {}
      };

  /** A note of one request. Everything may be called again. */
  interface Note {
    /** Of what was never sent. */
    Note NONE =
        new Note() {
          @Override
          public void seen() {}

          @Override
          public void remove() {}
        };

    /** The effect has been seen; others may see for a while what was before. */
    void seen();

    /** Nothing of the request is to come any more. */
    void remove();
  }

  /**
   * A request that the process before this one had sent.
   *
   * @param isSeen whether it saw the effect
   */
  record Left(Note note, String key, String what, boolean isSeen) {}

  /**
   * Notes a request that is about to be sent.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if neither that can be
   *     done nor {@link #incomplete}; then nothing must be sent
   */
  Note write(String key, String what);

  /**
   * Something is about to be sent that is not noted: from now on nobody may rely on the journal.
   *
   * @throws cn.ucloud.csi.udisk.common.error.DriverException.Unavailable if that cannot be made
   *     known; then nothing must be sent
   */
  void incomplete(String why);

  /** Whatever was sent before this process noted everything has settled. */
  void complete();
}
