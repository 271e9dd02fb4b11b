with

events as (

    select
        oa_openid,
        occurred_at,
        lower(event_name) = 'subscribe' as is_follow,
        row_number() over (
            partition by oa_openid order by occurred_at desc, _source_file desc, _line_number desc
        ) as event_rank
    from {{ ref('stg_wechat_oa__events') }}
    where lower(event_name) in ('subscribe', 'unsubscribe')

),

last_events as (

    select * from events
    where event_rank = 1

),

users as (

    select * from {{ ref('stg_wechat_oa__users') }}

),

-- the list of openids alone, for whom nobody asked for more
followers as (

    select followers.*
    from {{ ref('stg_wechat_oa__followers') }} as followers
    left join users on followers.oa_openid = users.oa_openid
    where users.oa_openid is null

),

listed as (

    select
        oa_openid,
        is_following,
        followed_at,
        _exported_at
    from users
    union all
    select
        oa_openid,
        true as is_following,
        cast(null as timestamp) as followed_at,
        _exported_at
    from followers

),

-- the later of the two tells: the last event, or the list with the time somebody followed
final as (

    select
        coalesce(listed.oa_openid, last_events.oa_openid) as oa_openid,
        case
            when last_events.oa_openid is null then listed.is_following
            when listed.oa_openid is null then last_events.is_follow
            when listed.is_following
                then
                    last_events.is_follow
                    or coalesce(listed.followed_at > last_events.occurred_at, false)
            else
                last_events.is_follow
                and coalesce(last_events.occurred_at > listed._exported_at, false)
        end as is_following,
        coalesce(
            listed.followed_at, case when last_events.is_follow then last_events.occurred_at end
        ) as followed_at
    from listed
    full outer join last_events on listed.oa_openid = last_events.oa_openid

)

select * from final
