/**
 * Comes back when the microtask queue is empty: a macrotask never starts while microtasks are left.
 * Nothing that a simulated process may do uses the thread pool, so one turn of the event loop is enough.
 */
export function quiesce(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
