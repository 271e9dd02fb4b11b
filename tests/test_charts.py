"""Pictures name what they show, and stay pictures whatever a name holds."""

from datetime import date

from defusedxml.ElementTree import fromstring

from siyu.charts import draw_bars, draw_curves

HOSTILE = "</svg><script>alert(1)</script>&"


def texts_of(drawing: str) -> str:
    return " ".join("".join(node.itertext()) for node in fromstring(drawing).iter())


def test_bars_show_each_name_with_its_size():
    shown = texts_of(draw_bars("Customers by tier", {"高价值": 1200, HOSTILE: 7}))
    for text in ("Customers by tier", "高价值", "1,200", HOSTILE, "7"):
        assert text in shown


def test_bars_of_nothing_are_an_empty_picture():
    assert "Nobody" in texts_of(draw_bars("Nobody", {}))


def test_curves_show_each_name_over_its_days():
    days = [date(2026, 6, 18), date(2026, 6, 19), date(2026, 7, 2)]
    drawing = draw_curves("Members", days, {"vip": [2, 5, 9], HOSTILE: [0, 0, 0]})
    shown = texts_of(drawing)
    for text in ("Members", "vip", HOSTILE, "2026-06-"):
        assert text in shown
    assert "<script" not in drawing
