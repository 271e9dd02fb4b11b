with

friendships as (

    select
        external_userid,
        staff_userid,
        max(added_at) as added_at
    from (
        select
            external_userid,
            staff_userid,
            added_at
        from {{ ref('stg_wecom__customers') }}
        union all
        select
            external_userid,
            staff_userid,
            occurred_at as added_at
        from {{ ref('stg_wecom__events') }}
        where change_type = 'add_external_contact'
    ) as told
    group by external_userid, staff_userid

),

ended_with_staff as (

    select
        external_userid,
        staff_userid,
        max(ended_at) as ended_at
    from (
        select
            external_userid,
            staff_userid,
            occurred_at as ended_at
        from {{ ref('stg_wecom__events') }}
        where change_type in ('del_follow_user', 'del_external_contact')
        union all
        -- a send that found no friend need not have a time: its export was after it
        select
            external_userid,
            staff_userid,
            coalesce(sent_at, _exported_at, _loaded_at) as ended_at
        from {{ ref('stg_wecom__send_results') }}
        where send_status = 2
    ) as told
    group by external_userid, staff_userid

),

-- ledger, MoChat and LinkWeChat do not name the staff member: all friendships before it have ended
ended_with_all as (

    select
        identifier as external_userid,
        -- a black list that tells no moment is one of today
        max(coalesce(effective_at, timestamp '9999-01-01 00:00:00')) as ended_at
    from {{ ref('int_consents_unified') }}
    where
        namespace = 'wecom_external_userid'
        and channel = 'wecom'
        and basis in ('relationship_ended', 'blacklist')
        and source != 'wecom_event'
    group by identifier

),

final as (

    select
        friendships.external_userid,
        friendships.staff_userid,
        friendships.added_at,
        -- of a friendship whose beginning nobody noted, an end that is known is the last word
        coalesce(
            friendships.added_at > ended_with_staff.ended_at, ended_with_staff.ended_at is null
        )
        and coalesce(
            friendships.added_at > ended_with_all.ended_at, ended_with_all.ended_at is null
        ) as is_friend
    from friendships
    left join ended_with_staff
        on
            friendships.external_userid = ended_with_staff.external_userid
            and friendships.staff_userid = ended_with_staff.staff_userid
    left join ended_with_all on friendships.external_userid = ended_with_all.external_userid

)

select * from final
