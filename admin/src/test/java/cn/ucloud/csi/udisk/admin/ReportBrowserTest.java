package cn.ucloud.csi.udisk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import cn.ucloud.csi.udisk.admin.fixture.Shop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report as a browser shows it: Debian's Chromium, without a screen. */
class ReportBrowserTest {
  private static final String BROWSER = "/usr/bin/chromium-headless-shell";
  private static final int DESK = 1280;
  private static final Pattern TITLE = Pattern.compile("<title>(.*?)</title>");

  @TempDir private Path directory;
  private final Shop shop = Shop.open();

  @BeforeEach
  void trouble() {
    shop.cloud().free(Shop.DISK, Shop.VOLUME + "_" + Shop.CLUSTER_ID); // an error
    shop.volume("data-mysql-1", "pvc-2", "bsm-unknown"); // another one
    shop.cloud().free("bsm-released", "pvc-3");
    shop.cluster() // a warning
        .put(
            """
            apiVersion: v1
            kind: PersistentVolume
            metadata: {name: pvc-3, uid: uid-3, creationTimestamp: "2026-11-01T00:00:00Z"}
            spec:
              csi: {driver: udisk.csi.ucloud.cn, volumeHandle: bsm-released}
              claimRef: {namespace: shop, name: data-mysql-2, uid: uid-gone}
              persistentVolumeReclaimPolicy: Retain
            status: {phase: Released}
            """);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  @ParameterizedTest
  @CsvSource({"en, 360", "zh, 360", "en, 1280", "zh, 1280"})
  void thePageIsNoWiderThanItsScreen(String language, int width) throws Exception {
    assertThat(
            browse(
                language, width, "innerWidth, document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(width + ",true");
  }

  @Test
  void nothingIsAskedOfAnybody() throws Exception {
    assertThat(browse("en", DESK, "performance.getEntriesByType('resource').length"))
        .isEqualTo("0");
  }

  @Test
  void thePictureHasRoomAndANameForEachNode() throws Exception {
    assertThat(
            browse(
                "en",
                DESK,
                "document.querySelector('svg').getBoundingClientRect().height > 20",
                "[...document.querySelectorAll('svg text')].filter(t => t.textContent.includes('%s')"
                        .formatted(Shop.OTHER_NODE)
                    + " && t.getBBox().width > 0).length > 0"))
        .isEqualTo("true,true");
  }

  @Test
  void wordsLeaveTheFindingsThatHaveThem() throws Exception {
    assertThat(
            browse(
                "en",
                DESK,
                SHOWN,
                "(box.value = 'ud120', box.dispatchEvent(new Event('input')), " + SHOWN + ")",
                "(box.value = 'nobody has this', box.dispatchEvent(new Event('input')), %s)"
                    .formatted(SHOWN)))
        .matches("[2-9],1,0");
  }

  @Test
  void aKindThatIsNotWantedIsNotShown() throws Exception {
    assertThat(
            browse(
                "en",
                DESK,
                "(document.querySelector('.kind[value=ERROR]').click(), " + SHOWN + " > 0)",
                "getComputedStyle(document.querySelector('article.ERROR')).display"))
        .isEqualTo("true,none");
  }

  /** How many findings can be seen. */
  private static final String SHOWN =
      "[...document.querySelectorAll('article')].filter(a => a.offsetHeight > 0).length";

  /** What these expressions give in the page, in order. */
  private String browse(String language, int width, String... expressions)
      throws IOException, InterruptedException {
    Path page =
        Files.writeString(
            directory.resolve("report.html"),
            Ran.speaking(language, shop, "report", "-A").out()
                + "<script>document.title = [%s].join()</script>"
                    .formatted(String.join(", ", expressions)));
    Path shown = directory.resolve("shown.html");
    Process browser =
        new ProcessBuilder(
                BROWSER,
                "--no-sandbox",
                "--disable-gpu",
                "--user-data-dir=" + directory.resolve("profile"),
                "--window-size=%d,800".formatted(width),
                "--dump-dom",
                page.toUri().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(shown.toFile())
            .start();
    try {
      assertThat(browser.waitFor(2, TimeUnit.MINUTES)).as("the browser ends").isTrue();
    } finally {
      browser.destroyForcibly();
    }
    Matcher title = TITLE.matcher(Files.readString(shown, StandardCharsets.UTF_8));
    assertThat(title.find()).as("a title in what is shown").isTrue();
    return title.group(1);
  }
}
