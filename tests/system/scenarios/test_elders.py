"""Elders: assessment and level, consent and who acts for whom, a door that nobody opens, tables, complaints."""

from datetime import timedelta

from gridclient.domain.assessment import DIMENSIONS
from gridclient.domain.checks import check_field
from gridclient.domain.identifiers import citizen_id_check_digit
from gridclient.domain.record import Kind, Value, care_bucket, grid_bucket, ident_bucket, iso, new_id
from gridclient.domain.zone import ZONE
from gridclient.platform import feed
from gridclient.platform.push import canonical
from gridclient.store import lists
from gridclient.store.lists import Ask, QueueFilter
from gridclient.ui.case import session
from gridclient.ui.case.paper import report
from gridclient.ui.case.sources import sources
from tests.system.district import CELL
from tests.system.scenarios.story import Paper, Person, Story, Street

_ITEMS = {item.code.lower().replace(".", "_"): item.most for dimension in DIMENSIONS for item in dimension.items}
_GROUPS = {"b1": ("self_care", "self-care"), "b2": ("movement", "movement"), "b3": ("mind", "mind"),
           "b4": ("social", "social")}  # fmt: skip


def _consented(street: Street, lin: Person, **consent: str) -> Paper:
    """An assessment up to the consent."""
    case = lin.open("elderly-assessment", resident=street.district.resident)
    paper = lin.paper(case)
    paper.fill("intake", source="visit", purpose="first", situation="alone").finish("intake")
    agreed = {"identity": "yes", "consent": "agreed", "consent_way": "written", "by_proxy": "no"}
    return paper.fill("consent_group", **{**agreed, **consent}).finish("consent")


def _assessed(paper: Paper, *, left_out: str = "", disorder: str = "no", **scores: str) -> Paper:
    """The rest of an assessment: everything at its best, except what is named."""
    assess_at = iso(paper.person.pc.district.clock() + timedelta(days=1))
    paper.finish("screening")
    paper.fill("appointment", assess_at=assess_at, assessor_two="synthetic").finish("appointment")
    none = dict.fromkeys(("falls", "choking", "lost", "harm", "other_events"), "0")
    paper.fill("basics", disorder=disorder, **none).finish("basics")
    for prefix, (group, step) in _GROUPS.items():
        answers = {name: str(most) for name, most in _ITEMS.items() if name.startswith(prefix) and name != left_out}
        paper.fill(group, **{**answers, **{name: score for name, score in scores.items() if name in answers}})
        if not left_out.startswith(prefix):
            paper.finish(step)
    for name in ("sign_one", "sign_two"):
        paper.fill("report", **{name: paper.person.photo(paper.case, name)})
    return paper


def _down_to(points: int) -> dict[str, str]:
    """Self-care so that all 26 answers add up to so many points."""
    left, found = sum(_ITEMS.values()) - points, dict[str, str]()
    for name in (name for name in _ITEMS if name.startswith("b1")):
        found[name] = str(_ITEMS[name] - min(left, _ITEMS[name]))
        left -= min(left, _ITEMS[name])
    assert left == 0
    return found


def _printed(paper: Paper) -> list[str]:
    """What follows from the answers, as the printed report says it."""
    now, pc = paper.person.pc.district.clock(), paper.person.pc
    with pc.opened.cache.read() as connection:
        file = session.read_case(connection, paper.case, now.astimezone(ZONE).date())
    made = report("", paper.person.pack(paper.case), file, paper.form, now)
    return [line.question for section in made.sections for line in section.lines if line.is_result]


def test_scenario_14_the_level_follows_the_score_and_its_adjustments(street: Street, story: Story) -> None:
    lin = street.person("lin")
    story.given("an assessment of 26 answers")
    assert len(_ITEMS) == 26
    story.when("they add up to 66, to 65, to 66 with dementia, and to a coma")
    papers = [
        _assessed(_consented(street, lin), **_down_to(66)), _assessed(_consented(street, lin), **_down_to(65)),
        _assessed(_consented(street, lin), disorder="yes", **_down_to(66)),
        _assessed(_consented(street, lin), b3_9="coma"),
    ]  # fmt: skip
    story.then("the level is mild, moderate, moderate with its basis, and complete")
    levels: list[Value] = []
    for paper in papers:
        paper.finish("report")
        lin.sync()
        care = street.district.on_platform(care_bucket(CELL), street.district.care)
        assert care is not None
        levels.append(care["level"])
    assert levels == ["1", "2", "2", "4"]
    assert [paper.form.relevant("/data/report/basis_disorder") for paper in papers] == [False, False, True, False]
    assert papers[3].form.relevant("/data/report/basis_coma")
    assert papers[2].form.get("/data/report/level_zh") == "中度失能"
    assert [paper.form.get("/data/report/total") for paper in papers[:3]] == ["66", "65", "66"]
    printed = [_printed(paper) for paper in papers]
    assert "总分 66（自理 8，运动 15，精神 28，感知与参与 15）：中度失能" in printed[2]
    assert "依据：确诊痴呆或其他精神疾病，提高一级。" in printed[2]
    assert not any(line.startswith("依据") for line in (*printed[0], *printed[1]))
    assert "依据：昏迷，不论得分评定为完全失能。" in printed[3]


def test_scenario_15_without_every_answer_there_is_no_level(street: Street, story: Story) -> None:
    lin = street.person("lin")
    story.given("an assessment with one item left blank")
    paper = _assessed(_consented(street, lin), left_out="b2_3")
    story.when("it is to be submitted")
    refusal = lin.refusal(paper.case, "submit")
    story.then("there is no level, and the item is named")
    assert refusal == "Not finished yet: Movement."
    assert paper.open_questions("movement") == ["/data/movement/b2_3"]
    assert paper.form.get("/data/report/level") == ""
    assert paper.form.relevant("/data/report/no_level")


def test_scenario_16_an_old_district_is_a_note_and_a_wrong_digit_a_refusal(street: Street, story: Story) -> None:
    lin, ident = street.person("lin"), street.district.ident
    story.given("an identity number of a district that is gone, and one with a wrong check digit")
    body = "31010319400305002"
    right = citizen_id_check_digit(body)
    old, wrong = body + right, body + ("0" if right != "0" else "1")
    story.when("both are entered")
    checked = [check_field(Kind.IDENT, "id_number", number) for number in (old, wrong)]
    lin.pc.edit(ident, id_number=old)
    lin.pc.edit(ident, id_number=wrong)
    lin.sync()
    story.then("the first is taken with a note, and the second is refused on the PC and on the platform")
    assert [each.result for each in checked] == ["warning", "refused"]
    assert checked[0].text != ""
    assert lin.pc.statuses() == ["applied", "rejected"]
    assert lin.case(ident)["id_number"] == old


def _visit_to_the_end(paper: Paper) -> None:
    for name in ("gas", "wiring", "passage", "alarm"):
        paper.fill("safety", **{name: "yes"})
    paper.finish("condition").finish("safety").finish("needs")
    next_visit = (paper.person.pc.district.clock() + timedelta(days=7)).date().isoformat()
    paper.fill("summary", conclusion="synthetic", next_visit=next_visit).finish("summary")


def test_scenario_17_who_refuses_consent_is_visited_without_the_health_part(street: Street, story: Story) -> None:
    lin, case = street.person("lin"), street.district.case
    story.given("a resident who refuses consent")
    paper = lin.paper(case).fill("contact", reached="no").finish("contact")
    paper.fill("verify", door="self", identity="yes", consent="no", contact_phone="13800006121").finish("verify")
    story.when("the visit goes on")
    _visit_to_the_end(paper)
    lin.submit(case)
    lin.sync()
    story.then("the health part is not asked, the visit is recorded, and the refusal is on the record")
    there = street.there(case)
    done, verify = there["done.verify"], there["answers.verify"]
    assert not paper.form.relevant("/data/condition/systolic")
    assert (there["state"], there["answers.condition"]) == ("review", {})
    assert isinstance(done, dict)
    assert isinstance(verify, dict)
    assert (verify["/data/verify/consent"], done["by"]) == ("no", "w-lin")


def test_scenario_18_who_acts_for_somebody_says_by_what_right(street: Street, story: Story) -> None:
    lin = street.person("lin")
    story.given("a daughter who acts for her mother")
    proxy = {"consent_way": "guardian", "by_proxy": "yes", "proxy_name": "陈敏", "proxy_relation": "child",
             "proxy_scope": "answer sign", "proxy_until": "2027-11-24"}  # fmt: skip
    story.when("the consent is taken")
    case = lin.open("elderly-assessment", resident=street.district.resident)
    paper = lin.paper(case).fill("intake", source="self", purpose="first", situation="alone").finish("intake")
    paper.fill("consent_group", identity="yes", consent="agreed", **proxy)
    assert paper.open_questions("consent_group") == ["/data/consent_group/proxy_proof"]
    paper.fill("consent_group", proxy_proof=lin.photo(case, "a synthetic household register")).finish("consent")
    lin.sync()
    story.then("relation, proof, scope and expiry are stored")
    kept = street.there(case)["answers.consent"]
    assert isinstance(kept, dict)
    assert {f"/data/consent_group/{name}": value for name, value in proxy.items()}.items() <= kept.items()
    assert str(kept["/data/consent_group/proxy_proof"]).endswith(".jpg")
    assert kept["/data/consent_group/consent_version"] == "2026.11"
    assert kept["/data/consent_group/consent_at"] == "2026-11-24 10:21"


def test_scenario_19_nobody_opens_and_the_supervisor_hears_of_it(street: Street, story: Story) -> None:
    chen, zhao = street.person("chen"), street.person("zhao")
    story.given("an elder whose tier is visited every 30 days, seen 28 days ago")
    elder = _elder(street, seen_at=iso(street.district.clock() - timedelta(days=28)))
    assert _days_list(chen, elder) == []
    story.when("the day comes near")
    assert street.by_itself().opened == 1
    chen.sync()
    story.then("the visit is on this month's list, with what made it due")
    (case,) = _days_list(chen, elder)
    planned = chen.case(case)
    assert (planned["planned_for"], planned["due_at"]) == ("2026-11-26", "2026-11-26T10:00:00Z")
    assert planned["risk"] == {"score": 40, "factors": ["alone"], "tier": "key", "every_days": 30}
    paper = chen.paper(case).fill("contact", reached="no").finish("contact")
    story.when("nobody opens the door and there is no network")
    address, chen.pc.opened.http.address = chen.pc.opened.http.address, "http://127.0.0.1:9"
    paper.fill("verify", door="nobody")
    assert "/data/verify/neighbour_at" in paper.open_questions("verify")
    times = {"neighbour_at": "10:25", "family_at": "10:28", "committee_at": "10:30", "danger": "yes",
             "rescue_at": "10:31", "stayed": "yes", "reported_at": "10:32", "found": "open"}  # fmt: skip
    story.then("the words for the phone are there, and each emergency step is kept with its time")
    assert paper.form.relevant("/data/verify/phone_script")
    assert "备用钥匙" in str(paper.form.label("/data/verify/phone_script"))
    assert paper.form.get("/data/verify/family_phone") == "13800006121"
    paper.fill("verify", **times).finish("verify")
    kept = chen.case(case)["answers.verify"]
    assert isinstance(kept, dict)
    assert {name: str(kept[f"/data/verify/{name}"])[: len(value)] for name, value in times.items()} == times
    story.then("the supervisor is alerted as soon as the platform hears of it")
    zhao.sync()
    assert (street.by_itself().moves, _alarms(zhao)) == ({}, [])
    chen.pc.opened.http.address = address
    chen.sync()
    assert street.by_itself().moves == {"alarm": 1}
    zhao.sync()
    assert _alarms(zhao) == [case]
    assert zhao.case(case)["flag.alarm"] is True
    zhao.move(case, "stand-down", "found at the neighbour's")
    zhao.sync()
    assert (street.there(case)["state"], street.by_itself().moves) == ("doing", {})


def _elder(street: Street, seen_at: str) -> str:
    """Somebody of 71 who lives alone, with her files, last seen at a moment."""
    elder = new_id()
    person: dict[str, Value] = {"name": "synthetic elder", "birth": "1955-03-05", "living": "alone", "grid": CELL}
    with street.district.platform.database.write() as connection:
        feed.load(connection, grid_bucket(CELL), [(elder, Kind.RESIDENT, canonical(person))])
        for bucket, kind, fields in (
            (ident_bucket(CELL), Kind.IDENT, {"contact_name": "陈敏", "contact_phone": "13800006121"}),
            (care_bucket(CELL), Kind.CARE, {"tier": "key", "last_visit_at": seen_at}),
        ):
            feed.load(connection, bucket, [(new_id(), kind, canonical({**fields, "resident": elder, "grid": CELL}))])
    return elder


def _days_list(person: Person, resident: str) -> list[str]:
    """The visits to somebody that are due this month, as the PC lists them."""
    now = person.pc.district.clock()
    ask = Ask(QueueFilter.OPEN, person.pc.actor.worker_id, work=person.shelf.work_of("worker"), pack="elderly-visit")
    with person.pc.opened.cache.read() as connection:
        rows = lists.first_page(connection, ask)
    due = [row.id for row in rows if row.due_at[:7] == iso(now)[:7]]
    return [each for each in due if person.case(each).get("resident") == resident]


def _alarms(person: Person) -> list[str]:
    ask = Ask(QueueFilter.OPEN, work=person.shelf.work_of("supervisor"))
    with person.pc.opened.cache.read() as connection:
        return [row.id for row in lists.first_page(connection, ask) if row.state == "emergency"]


def test_scenario_20_a_new_form_is_filled_from_what_is_known(street: Street, story: Story) -> None:
    lin, district = street.person("lin"), street.district
    lin.pc.edit(district.care, conditions=["hypertension"], alarm=True, visits_every_days=30)
    lin.pc.edit(district.ident, contact_relation="女儿", contact_phone="13800006121")
    confirmed = lin.paper(lin.open("table-very-old", resident=district.resident))
    confirmed.finish("table")
    lin.sync()
    story.given("a new form of the civil affairs office over people who are known")
    case = lin.open("table-emergency", resident=district.resident)
    story.when("the worker opens it")
    paper = lin.paper(case)
    asked = [ref for ref in paper.form.refs() if ref.startswith("/data/table/")]
    filled = [ref for ref in asked if paper.form.get(ref)]
    story.then("at least four fifths need no typing, each with its source and day")
    assert len(filled) / len(asked) >= 0.8
    told = sources(lin.pack(case), paper.known, lin.shelf, {"w-lin": "林晓燕"}, district.clock())
    assert set(filled) <= told.keys()
    assert all(told[ref].value == paper.form.get(ref) for ref in filled)
    assert told["/data/table/name"].text == "Resident file, not confirmed yet"
    assert told["/data/table/contact_phone"].text == "Identity and contact, confirmed 24 Nov by 林晓燕"
    assert paper.known["/data/table/age"].value == "84"
    story.when("the worker corrects one value")
    paper.fill("table", phone="13800007741").finish("table")
    lin.sync()
    story.then("the file has it, with its evidence")
    ident = lin.case(district.ident)
    proof = ident["evidence.phone"]
    assert isinstance(proof, dict)
    assert ident["phone"] == "13800007741"
    assert (proof["value"], proof["by"], proof["pack"], proof["until"]) == (
        "13800007741", "w-lin", "table-emergency", "2027-11-24",
    )  # fmt: skip
    again = lin.paper(lin.open("table-very-old", resident=district.resident)).known["/data/table/phone"]
    assert (again.value, again.by, again.at) == ("13800007741", "w-lin", iso(district.clock()))


def test_scenario_26_who_was_not_satisfied_is_called_back(street: Street, story: Story) -> None:
    lin, zhao = street.person("lin"), street.person("zhao")
    story.given("somebody who was not satisfied")
    paper = _assessed(_consented(street, lin)).finish("report")
    case = paper.case
    lin.submit(case)
    lin.sync()
    zhao.sync().approve(case)
    zhao.sync()
    lin.sync()
    now = street.district.clock()
    paper.fill("plan", services="meals").finish("plan")
    paper.fill("service", service_at=iso(now), provider="synthetic").finish("service")
    paper.fill("callback", arrived="yes").finish("callback")
    paper.fill("satisfaction", rating="poor", why="cold meals").finish("satisfaction")
    paper.fill("closing", tier="key", reassess_on="2027-11-24").finish("closing")

    story.when("the case is closed")
    lin.move(case, "finish")
    lin.sync()
    story.then("a case for putting it right is there, due within 15 working days")
    complaint = next(row.id for row in _queue(lin) if row.pack == "rectification")
    fields = lin.case(complaint)
    assert fields["answers.complaint"] == {"/data/complaint/what": "cold meals", "/data/complaint/rating": "poor"}
    assert (fields["parent"], fields["due_at"]) == (case, "2026-12-15T02:21:00Z")

    story.when("it was put right")
    lin.step(complaint, "answer", cause="late van", measure="another van")
    lin.move(complaint, "put-right")
    lin.sync()
    zhao.sync()
    story.then("another person calls back before it is closed")
    assert zhao.refusal(complaint, "satisfied") == "Not finished yet: Call back."
    zhao.step(complaint, "callback", rating_after="good")
    zhao.move(complaint, "satisfied")
    zhao.sync()
    assert street.there(complaint)["state"] == "closed"


def _queue(person: Person) -> list[lists.QueueRow]:
    ask = Ask(QueueFilter.OPEN, work=person.shelf.work_of("worker"))
    with person.pc.opened.cache.read() as connection:
        return lists.first_page(connection, ask)
