import { describe, expect, test } from '@jest/globals';
import { isTransientFailure } from '../../../lambdas/shared/transient-failure.ts';
import { apiServerError } from '../../../lib/cluster/api-server-error.ts';

const request = { method: 'POST', url: 'https://api/apis/apps/v1/namespaces/shop/deployments?fieldManager=lifeboat' };

function errorOf(status: number, text: string | object) {
  return apiServerError(request, { status, text: typeof text === 'string' ? text : JSON.stringify(text) });
}

describe('what an API server refuses', () => {
  test('is told with the request, the status and what the server said', () => {
    const error = errorOf(403, { kind: 'Status', reason: 'Forbidden', message: 'User "x" cannot create' });
    expect(error).toMatchObject({ name: 'ApiServerError', code: 403, reason: 'Forbidden' });
    expect(error.message).toBe(
      'POST /apis/apps/v1/namespaces/shop/deployments was answered with 403 Forbidden: User "x" cannot create',
    );
  });

  test('names the fields of an invalid object and none of its values', () => {
    const causes = [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].env[0].value' }, {}];
    const error = errorOf(422, { reason: 'Invalid', message: 'Invalid value: "hunter2"', details: { causes } });
    expect(error.message).toMatch(/422 Invalid: spec\..*value \(FieldValueInvalid\), the object \(invalid\)$/);
    expect(error.message).not.toContain('hunter2');
    expect(errorOf(422, { reason: 'Invalid', message: 'Invalid value: "hunter2"' }).message).toMatch(/422 Invalid$/);
  });

  test.each(['<html>hunter2</html>', '"hunter2"', 'null', '{}'])(
    'says no more than the status of the answer %s',
    (text) => {
      const error = errorOf(502, text);
      expect(error.message).toMatch(/was answered with 502$/);
      expect(error.reason).toBeUndefined();
    },
  );

  test('is cut to what a page has room for', () => {
    expect(errorOf(403, { reason: 'Forbidden', message: 'x'.repeat(9000) }).message).toHaveLength(500);
  });

  test.each([
    [429, true],
    [500, true],
    [503, true],
    [504, true],
    [401, false],
    [403, false],
    [404, false],
    [409, false],
    [422, false],
  ])('status %d may pass by itself: %s', (status, transient) => {
    expect(isTransientFailure(errorOf(status, {}))).toBe(transient);
  });
});
