using System.Collections.Immutable;

namespace Mediation.Deadlines.Domain;

public interface IStaffMemberEvent;

/// <summary>The roles of an account from now on, whole.</summary>
public sealed record DutiesNoted(ImmutableArray<Duty> Duties) : IStaffMemberEvent;

/// <summary>She is away and another stands in, both days included.</summary>
public sealed record AbsenceNoted(Absence Absence) : IStaffMemberEvent;

public sealed record AbsenceEnded(Guid AbsenceId) : IStaffMemberEvent;

/// <param name="Role">Code of the role.</param>
public sealed record Duty(string Role, string Unit, DateOnly? From, DateOnly? To)
{
    public bool HoldsOn(DateOnly day) => !(From > day) && !(To < day);
}

public sealed record Absence(Guid AbsenceId, Guid Substitute, DateOnly From, DateOnly To)
{
    public bool Covers(DateOnly day) => From <= day && day <= To;
}

/// <summary>What Deadlines was told about a member of staff: who heads a unit, and who stands in for whom.</summary>
public sealed record StaffMember(ImmutableArray<Duty> Duties, ImmutableArray<Absence> Absences)
{
    public static StaffMember Initial { get; } = new([], []);

    public static StaffMember Evolve(StaffMember state, IStaffMemberEvent e) =>
        e switch
        {
            DutiesNoted d => state with { Duties = d.Duties },
            AbsenceNoted a => state with { Absences = state.Absences.Add(a.Absence) },
            AbsenceEnded x => state with { Absences = state.Absences.RemoveAll(a => a.AbsenceId == x.AbsenceId) },
            _ => throw new InvalidOperationException($"{e.GetType().Name} is not an event of a staff member."),
        };
}

public interface IStaffMemberCommand;

public sealed record NoteDuties(ImmutableArray<Duty> Duties) : IStaffMemberCommand;

public sealed record NoteAbsence(Absence Absence) : IStaffMemberCommand;

public sealed record NoteReturn(Guid AbsenceId) : IStaffMemberCommand;

public static class StaffMemberDecider
{
    public static IReadOnlyList<IStaffMemberEvent> Decide(StaffMember state, IStaffMemberCommand command) =>
        command switch
        {
            NoteDuties c => state.Duties.SequenceEqual(c.Duties) ? [] : [new DutiesNoted(c.Duties)],
            NoteAbsence c => state.Absences.Contains(c.Absence) ? [] : [new AbsenceNoted(c.Absence)],
            NoteReturn c => state.Absences.Any(a => a.AbsenceId == c.AbsenceId) ? [new AbsenceEnded(c.AbsenceId)] : [],
            _ => throw new InvalidOperationException($"{command.GetType().Name} is not a command of a staff member."),
        };
}
