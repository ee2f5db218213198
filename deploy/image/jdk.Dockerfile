# The JDK of the building machine on a base made there; stands in for eclipse-temurin:25-jdk.
ARG BASE_IMAGE
FROM ${BASE_IMAGE}
COPY . /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk
