/**
 * Stands in for undici in the functions' bundles. The generated Kubernetes API imports undici's fetch as its default
 * HTTP library; ours is https-library.ts, so 0.75 MB would be loaded at every cold start and never run.
 */
export function fetch(): never {
  throw new Error('undici is left out of this bundle: give the Kubernetes client an HTTP library');
}
