// @ts-check
// The one door to the renderer: everybody takes `html` and the hooks from here, so that a new version of the
// libraries is a change of this file alone.

import { createElement, Fragment, render as draw } from "../vendor/preact-11.2.0.min.js";
import * as hooks from "../vendor/preact-hooks-11.2.0.min.js";
import * as signals from "../vendor/signals-2.11.4.min.js";
import htm from "../vendor/htm-3.1.1.min.js";

/** @typedef {any} View what a component returns */

/**
 * Markup as a tagged template. What is put into it is text or an attribute's value, never markup.
 * @type {(parts: TemplateStringsArray, ...values: any[]) => View}
 */
export const html = htm.bind(createElement);
/** @type {(view: View, parent: Element) => void} */
export const render = draw;
/** @type {any} */
export const Nothing = Fragment;

/** @type {<T>(first: T | (() => T)) => [T, (next: T | ((old: T) => T)) => void]} */
export const useState = hooks.useState;
/** @type {(effect: () => void | (() => void), inputs?: any[]) => void} */
export const useEffect = hooks.useEffect;
/** The same, before anything else happens on the page.
 * @type {(effect: () => void | (() => void), inputs?: any[]) => void} */
export const useLayoutEffect = hooks.useLayoutEffect;
/** @type {<T>(make: () => T, inputs: any[]) => T} */
export const useMemo = hooks.useMemo;
/** @type {<T>(first: T) => {current: T}} */
export const useRef = hooks.useRef;
/** @type {() => string} */
export const useId = hooks.useId;

/** The address of a file of the panel. @param {string} name as `img/icons.svg` */
export const asset = (name) => new URL(`../${name}`, import.meta.url).pathname;

/** Whether a key belongs to an input method that is putting a word together, as for Vietnamese, Chinese or Japanese:
 * such a key is no command to the page. Safari says so by the key code alone.
 * @param {KeyboardEvent} event */
export const isComposing = (event) => event.isComposing || event.keyCode === 229;

/** @template T @typedef {{value: T, peek(): T, subscribe(listen: (value: T) => void): () => void}} Signal */
/** @type {<T>(first: T) => Signal<T>} */
export const signal = signals.signal;
/** @type {<T>(derive: () => T) => Signal<T>} */
export const computed = signals.computed;
/** @type {(run: () => void) => () => void} */
export const effect = signals.effect;
