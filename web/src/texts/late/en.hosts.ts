/// Texts about inner hosts, at which bots may be told of events.
/// They come with the parts that say them, which import this file.

import { also } from "..";

export const hosts = also({
  "hosts.title": "Bots inside your own network",
  "hosts.lead": "Bots are told of events at addresses on the internet, and nowhere else. If a program runs on a machine of your own network, allow that machine here.",
  "hosts.warn": "Whoever looks after a bot can then make this server send requests to that machine: to its printer page, its files, whatever answers there. Allow only machines that are meant for this, best with their port.",
  "hosts.closed": "Whoever runs the server has kept this to themselves: no inner hosts can be allowed from here, and those below are not used.",
  "hosts.none": "No inner host is allowed",
  "hosts.none.body": "That is right for most places.",
  "hosts.host": "Name or address, perhaps with a port",
  "hosts.host.hint": "As bots.school.lan:8443. What the name leads to now is allowed; if that changes, allow it anew.",
  "hosts.host.example": "bots.school.lan:8443",
  "hosts.allow": "Allow it",
  "hosts.allowed": "Bots may be told at {host}.",
  "hosts.leads": "leads to {addresses}",
  "hosts.by": "allowed by {name}, {day}",
  "hosts.by.gone": "allowed by somebody who has left, {day}",
  "hosts.again": "Look again",
  "hosts.again.of": "Look again where {host} leads",
  "hosts.end": "End it",
  "hosts.end.of": "End it: {host}",
  "hosts.end.title": "Allow {host} no longer?",
  "hosts.end.body": "Bots that are told there hear of nothing from the next moment on; those who look after them are told.",
  "hosts.ended": "Nothing is sent to {host} any more.",
  "hosts.why.outside": "It is on the internet: it needs no permission.",
  "hosts.why.never": "It leads to this server itself, or to where clouds keep their secrets. Only whoever runs the server can allow that, in its settings.",
  "hosts.why.operator": "Whoever runs the server has kept this to themselves.",
  "hosts.why.no_address": "That name leads nowhere just now.",
  "hosts.why.timed_out": "It took too long to find out where that name leads. Try again.",
});
