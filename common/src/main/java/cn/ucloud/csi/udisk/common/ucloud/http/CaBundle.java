package cn.ucloud.csi.udisk.common.ucloud.http;

import cn.ucloud.csi.udisk.common.error.DriverException.InvalidRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Certificates of authorities that UCloud's API may be signed by, besides those that the JVM
 * trusts: a private gateway's, or that of a proxy that opens TLS. Nothing else is trusted by them.
 */
public final class CaBundle {
  private final Path file;
  private final SSLContext context;

  private CaBundle(Path file, SSLContext context) {
    this.file = file;
    this.context = context;
  }

  /**
   * Reads a file of certificates in PEM.
   *
   * @throws InvalidRequest if there is none that can be read
   */
  public static CaBundle read(Path file) {
    Collection<? extends Certificate> certificates = certificates(file);
    if (certificates.isEmpty()) {
      throw problem(file, "holds no certificate");
    }
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (X509Certificate common : trustedByDefault()) {
        trusted.setCertificateEntry("common-" + number++, common);
      }
      for (Certificate own : certificates) {
        trusted.setCertificateEntry("own-" + number++, own);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(trusted), null);
      return new CaBundle(file, context);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JVM has TLS and key stores", e);
    }
  }

  private static Collection<? extends Certificate> certificates(Path file) {
    try (InputStream pem = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(pem);
    } catch (NoSuchFileException _) {
      throw problem(file, "does not exist");
    } catch (IOException e) {
      throw problem(file, "is not readable (" + e + ")");
    } catch (CertificateException _) {
      throw problem(file, "is not made of certificates in PEM");
    }
  }

  private static InvalidRequest problem(Path file, String what) {
    return new InvalidRequest("the file " + file, what);
  }

  private static X509Certificate[] trustedByDefault() throws GeneralSecurityException {
    for (TrustManager manager : managers(null)) {
      if (manager instanceof X509TrustManager trust) {
        return trust.getAcceptedIssuers();
      }
    }
    return new X509Certificate[0];
  }

  /** The JVM's own for null. */
  private static TrustManager[] managers(@Nullable KeyStore trusted)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  public SSLContext context() {
    return context;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
