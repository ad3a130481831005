package dev.hush.agent;

import static java.util.Objects.requireNonNull;

import com.sun.jdi.AbsentInformationException;
import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassType;
import com.sun.jdi.LocalVariable;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.StringReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.Value;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.LocatableEvent;
import com.sun.jdi.event.StepEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.EventRequestManager;
import com.sun.jdi.request.StepRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Steps through the program {@code Stepped}, as a development environment does, and writes down
 * where each thread stops and what variables are seen there.
 */
final class Debugger implements AutoCloseable {

  /** What is not stepped into, by default or as offered. */
  private static final Map<String, List<String>> FILTERS =
      Map.of(
          "IntelliJ",
          List.of(
              "com.sun.*",
              "java.*",
              "javax.*",
              "org.omg.*",
              "sun.*",
              "jdk.internal.*",
              "junit.*",
              "org.junit.*",
              "com.intellij.rt.*",
              "com.yourkit.runtime.*",
              "com.springsource.loaded.*",
              "org.springsource.loaded.*",
              "javassist.*",
              "org.apache.webbeans.*",
              "com.ibm.ws.*",
              "kotlin.*"),
          "Eclipse",
          List.of(
              "java.lang.ClassLoader",
              "org.eclipse.jdt.launching.internal.*",
              "com.ibm.*",
              "com.sun.*",
              "java.*",
              "javax.*",
              "jdk.*",
              "jrockit.*",
              "org.omg.*",
              "sun.*",
              "sunw.*"));

  private static final List<String> TYPES = List.of("Stepped", "Other", "Loop");
  private static final int SECONDS = 60;

  private final List<String> filters;
  private final String pattern;
  private final ListeningConnector connector;
  private final Map<String, Connector.Argument> arguments;
  private final String address;
  private final CompletableFuture<Map<String, List<String>>> session;

  /**
   * @param pattern how to step, again and again: {@code i}nto, {@code o}ver, o{@code u}t; without
   *     one there is a breakpoint on each line instead
   */
  Debugger(String filters, String pattern) throws IOException, IllegalConnectorArgumentsException {
    this.filters = FILTERS.getOrDefault(filters, List.of());
    this.pattern = pattern;
    connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(one -> one.transport().name().equals("dt_socket"))
            .findFirst()
            .orElseThrow();
    arguments = connector.defaultArguments();
    set("localAddress", "127.0.0.1");
    set("port", "0");
    set("timeout", String.valueOf(SECONDS * 1000));
    address = connector.startListening(arguments);
    session = new CompletableFuture<>();
    Thread thread = new Thread(this::debug, "debugger");
    thread.setDaemon(true);
    thread.start();
  }

  private void set(String argument, String value) {
    requireNonNull(arguments.get(argument)).setValue(value);
  }

  /** To which the program is to connect. */
  String address() {
    return address;
  }

  /** Where each thread has stopped. */
  Map<String, List<String>> seen() throws Exception {
    return session.get(SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException, IllegalConnectorArgumentsException {
    connector.stopListening(arguments);
  }

  private void debug() {
    try {
      session.complete(debug(connector.accept(arguments)));
    } catch (Exception | Error failure) {
      session.completeExceptionally(failure);
    }
  }

  private Map<String, List<String>> debug(VirtualMachine machine) throws Exception {
    EventRequestManager requests = machine.eventRequestManager();
    for (String type : TYPES) {
      ClassPrepareRequest prepared = requests.createClassPrepareRequest();
      prepared.addClassFilter(type);
      prepared.enable();
    }
    Map<String, List<String>> seen = new TreeMap<>();
    try {
      while (true) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          if (event instanceof ClassPrepareEvent prepared) {
            breakpoints(requests, prepared.referenceType());
          } else if (event instanceof LocatableEvent stopped) {
            ThreadReference thread = stopped.thread();
            List<String> ofThread = seen.computeIfAbsent(thread.name(), name -> new ArrayList<>());
            ofThread.add(line(stopped) + (pattern.isEmpty() ? token(machine, thread) : ""));
            step(requests, stopped, ofThread.size());
          }
        }
        events.resume();
      }
    } catch (VMDisconnectedException ended) {
      return seen;
    }
  }

  private void breakpoints(EventRequestManager requests, ReferenceType type)
      throws AbsentInformationException {
    List<Location> locations = new ArrayList<>();
    if (pattern.isEmpty()) {
      locations.addAll(type.allLineLocations());
    } else if (type.name().equals("Stepped")) {
      locations.add(type.methodsByName("main").get(0).location());
      locations.add(type.methodsByName("target").get(0).location());
    }
    for (Location location : locations) {
      BreakpointRequest breakpoint = requests.createBreakpointRequest(location);
      breakpoint.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
      breakpoint.enable();
    }
  }

  private void step(EventRequestManager requests, LocatableEvent stopped, int count) {
    boolean stepping = false;
    for (StepRequest request : List.copyOf(requests.stepRequests())) {
      if (request.thread().equals(stopped.thread())) {
        if (stopped instanceof StepEvent) {
          requests.deleteEventRequest(request);
        } else {
          stepping = true;
        }
      }
    }
    if (pattern.isEmpty() || stepping) {
      return;
    }
    int depth =
        switch (pattern.charAt((count - 1) % pattern.length())) {
          case 'i' -> StepRequest.STEP_INTO;
          case 'o' -> StepRequest.STEP_OVER;
          default -> StepRequest.STEP_OUT;
        };
    StepRequest step = requests.createStepRequest(stopped.thread(), StepRequest.STEP_LINE, depth);
    filters.forEach(step::addClassExclusionFilter);
    step.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
    step.enable();
  }

  private static String token(VirtualMachine machine, ThreadReference thread) throws Exception {
    ClassType system = (ClassType) machine.classesByName("java.lang.System").get(0);
    Method getenv = system.concreteMethodByName("getenv", "(Ljava/lang/String;)Ljava/lang/String;");
    Value value =
        system.invokeMethod(
            thread, getenv, List.of(machine.mirrorOf("TOKEN")), ClassType.INVOKE_SINGLE_THREADED);
    return " System.getenv(\"TOKEN\") = "
        + (value instanceof StringReference text ? text.value() : "null");
  }

  private static String line(LocatableEvent stopped) throws Exception {
    Location location = stopped.location();
    StringBuilder line = new StringBuilder();
    line.append(stopped instanceof BreakpointEvent ? "breakpoint " : "step ");
    line.append(location.declaringType().name().replaceAll("\\$\\$Lambda.*", "\\$\\$Lambda"));
    line.append('.').append(location.method().name()).append(':').append(location.lineNumber());
    List<String> variables = new ArrayList<>();
    try {
      for (LocalVariable variable : stopped.thread().frame(0).visibleVariables()) {
        variables.add(variable.name());
      }
    } catch (AbsentInformationException ofALambda) {
      return line.toString();
    }
    return line.append(' ').append(variables).toString();
  }
}
