// Brings phone and desk together; everything else knows its own half only.

import * as attach from "./attach.js";
import { listen } from "./changes.js";
import * as compose from "./compose.js";
import * as desk from "./desk.js";
import { $ } from "./dom.js";
import * as numbers from "./numbers.js";
import { data } from "./page-data.js";
import * as phone from "./phone.js";
import * as samples from "./samples.js";
import * as strip from "./strip.js";

phone.whenOpened((open) => {
  numbers.looked(open);
  compose.adapt(open.channel);
  attach.close();
});

phone.start();
compose.start();
attach.start();
numbers.start();
samples.start();
desk.start();
$("try").addEventListener("click", () => samples.sendById("pothole"));

await numbers.open(data.samples[0].phone, "whatsapp");

listen(({ complaints, phones }) => {
  if (complaints) {
    desk.refresh();
    strip.pulse("desk");
  }
  if (phones === null || phones.length) {
    numbers.changed(phones);
    if (phones === null || phones.includes(phone.current().number)) phone.refresh();
    if (phones) strip.pulse("phone");
  }
});
