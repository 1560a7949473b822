import type { KubernetesObject } from '../objects.ts';
import { apiVersionOf, type ResourceType } from '../resource-types.ts';

/** JSON of stored objects, kept while they live: objects never change in place. */
const texts = new WeakMap<KubernetesObject, string>();
const itemTexts = new WeakMap<KubernetesObject, string>();

function inVersion(type: ResourceType, version: string, object: KubernetesObject): KubernetesObject {
  const apiVersion = apiVersionOf(type, version);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** An object as the answer of a GET in one of its versions. */
export function objectText(type: ResourceType, version: string, object: KubernetesObject): string {
  const shown = inVersion(type, version, object);
  if (shown !== object) return JSON.stringify(shown);
  const cached = texts.get(object);
  if (cached !== undefined) return cached;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}

/** An object as an item of a list: built-in kinds leave out apiVersion and kind there, as a real server does. */
export function itemText(type: ResourceType, version: string, object: KubernetesObject): string {
  if (type.custom) return objectText(type, version, object);
  const cached = itemTexts.get(object);
  if (cached !== undefined) return cached;
  const { apiVersion: _version, kind: _kind, ...rest } = object;
  const text = JSON.stringify(rest);
  itemTexts.set(object, text);
  return text;
}
