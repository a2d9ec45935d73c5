export default async function tearDown() {
  await globalThis.urbanmineTestStack?.stop();
}
