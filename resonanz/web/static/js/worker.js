// What is pushed is shown; a click leads to where it belongs. Nothing is kept and nothing is fetched here.
self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  const shown = { body: told.body, tag: told.url, data: { url: told.url } };
  event.waitUntil(self.registration.showNotification(told.title ?? "Resonanz", shown));
});

// A page that shows it already comes to the front. No page is led elsewhere: somebody may be writing in it.
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const wanted = new URL(event.notification.data?.url ?? "/notices/", self.location.origin);
  if (wanted.origin !== self.location.origin) return;
  event.waitUntil(
    self.clients.matchAll({ type: "window" }).then((pages) => {
      const there = pages.find((page) => new URL(page.url).pathname === wanted.pathname);
      return there ? there.focus() : self.clients.openWindow(wanted.href);
    }),
  );
});
