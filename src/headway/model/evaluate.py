"""The one primitive: evaluate the model on a batch of draws for the outputs asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from headway.core.calendar import Period, add_months, month
from headway.core.dimensions import MONTH, MONTH_OF_YEAR
from headway.core.errors import Fault, UserMistake
from headway.core.series import Axis, Header, Series
from headway.model.checked import CheckedInput, CheckedModel, Output
from headway.model.interpreter import Grid, Interpreter, Values, picked
from headway.model.mistakes import MISSING_INPUT
from headway.model.summaries import Summary, chunk_size, chunks, percentile

Arrays = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Evaluator:
    """A model set on a calendar: its first month and how many there are."""

    model: CheckedModel
    start: Period
    months: int

    @property
    def periods(self) -> tuple[Period, ...]:
        """The months of the plan."""
        return tuple(month(add_months(self.start.start, i)) for i in range(self.months))

    def evaluate(
        self, draws: Arrays, inputs: Arrays, outputs: Sequence[str], reducers: Sequence[str] = ()
    ) -> dict[str, Series]:
        """The outputs, each a line's name or a pick such as arr[smb], along period, dimensions, and draw or summary.

        inputs: one array per needed input, shaped by its `by` in order. draws: the same with a trailing draw axis, in
        place of inputs; empty means one draw and no draw axis. reducers: mean, p10, p50, ... in place of the draws.
        Only the lines these outputs need are evaluated. Raises UserMistake for outputs the model does not have and
        for needed inputs without a value.
        """
        asked = self.model.outputs(outputs)
        for name in reducers:
            _ = name == "mean" or percentile(name)
        needed = self.model.needs(outputs)
        count = _draw_count(draws)
        bound = self._bound(needed, draws, inputs, count)
        summaries = {output.text: Summary(tuple(reducers)) for output in asked}
        gathered: dict[str, list[Values]] = {output.text: [] for output in asked}
        for part in chunks(count or 1, self._chunk()):
            batch = {name: values[..., part] if values.shape[-1] > 1 else values for name, values in bound.items()}
            run = self._interpret(batch, [output.line.name for output in asked], part.stop - part.start)
            for output in asked:
                values = self._values(run, output, part.stop - part.start)
                if reducers:
                    summaries[output.text].add(values)
                else:
                    gathered[output.text].append(values)
        return {o.text: self._series(o, reducers, count, summaries[o.text], gathered[o.text]) for o in asked}

    def interpret(self, inputs: Arrays, outputs: Sequence[str]) -> Interpreter:
        """One draw, with the value of every line behind the outputs at hand: what explanations are read from."""
        asked = self.model.outputs(outputs)
        bound = self._bound(self.model.needs(outputs), {}, inputs, 0)
        return self._interpret(bound, [output.line.name for output in asked], 1)

    def _interpret(self, bound: Arrays, wanted: Sequence[str], draws: int) -> Interpreter:
        grid = Grid(self.months, self.start.start.month - 1)
        return Interpreter(self.model, grid, bound, wanted, draws)

    def _chunk(self) -> int:
        sizes = {name: len(dimension) for name, dimension in self.model.scope.dimensions.items()}
        widest = max((prod(sizes[name] for name in line.by) for line in self.model.lines.values()), default=1)
        return chunk_size(self.months, widest)

    def _bound(self, needed: Sequence[str], draws: Arrays, inputs: Arrays, count: int) -> dict[str, Values]:
        """The needed inputs in the order all arrays keep, with a draw axis."""
        missing = [name for name in needed if name not in draws and name not in inputs]
        if missing:
            remedy = "give it a value in the plan's assumptions"
            found = [(name, self.model.inputs[name].text.location) for name in missing]
            raise UserMistake(
                [MISSING_INPUT.at(where, f"the input {name} has no value", remedy=remedy) for name, where in found]
            )
        return {name: self._arranged(self.model.inputs[name], draws, inputs, count) for name in needed}

    def _arranged(self, declared: CheckedInput, draws: Arrays, inputs: Arrays, count: int) -> Values:
        drawn = declared.name in draws
        values = np.asarray(draws[declared.name] if drawn else inputs[declared.name], dtype=np.float64)
        values = values if drawn else values[..., np.newaxis]
        expected = (*(self._size(name) for name in declared.by), count if drawn else 1)
        if values.shape != expected:
            raise Fault(f"{declared.name}: shape {values.shape} where {expected} is needed")
        by = [MONTH if name == MONTH_OF_YEAR else name for name in declared.by]
        return np.transpose(values, (*(by.index(name) for name in declared.dims), len(by)))

    def _size(self, name: str) -> int:
        if name in (MONTH, MONTH_OF_YEAR):
            return self.months if name == MONTH else 12
        return len(self.model.scope.dimensions[name])

    def _values(self, run: Interpreter, output: Output, draws: int) -> Values:
        """One output over one chunk: members picked, draws at full length, nothing infinite."""
        values = picked(run.line(output.line.name), output.line.dims, output.picks)
        values = np.where(np.isinf(values), np.nan, values)
        return np.broadcast_to(values, (*values.shape[:-1], draws))

    def _series(
        self, output: Output, reducers: Sequence[str], count: int, summary: Summary, gathered: Sequence[Values]
    ) -> Series:
        axes = [Axis("period", tuple(p.label for p in self.periods))] if output.line.monthly else []
        axes += [Axis(name, self.model.scope.dimensions[name].members) for name in output.by]
        if reducers:
            axes.append(Axis("summary", tuple(reducers)))
            values = summary.result()
        else:
            values = np.concatenate(gathered, axis=-1)
            if count:
                axes.append(Axis("draw", tuple(str(i) for i in range(count))))
            else:
                values = values[..., 0]
        line = output.line
        header = Header(line.name, "plan", line.unit_text, line.kind, scope=output.scope or "company")
        return Series(header, tuple(axes), values)


def _draw_count(draws: Arrays) -> int:
    """How many draws there are; every drawn input has the same number."""
    counts = {np.asarray(values).shape[-1] for values in draws.values()}
    if len(counts) > 1:
        raise Fault(f"inputs are drawn different numbers of times: {sorted(counts)}")
    return counts.pop() if counts else 0
